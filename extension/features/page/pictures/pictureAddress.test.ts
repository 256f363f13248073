import { expect, test } from 'vitest';
import { findLargest, listCssUrls, nameFile, parseSrcset } from './pictureAddress.ts';

test.each([
  ['small.jpg 480w, large.jpg 1600w, middle.jpg 800w', 'large.jpg'],
  ['one.jpg, two.jpg 2x, one-and-half.jpg 1.5x', 'two.jpg'],
  [
    'https://img.example/w_400,h_300/a.jpg 400w, https://img.example/w_800,h_600/a.jpg 800w',
    'https://img.example/w_800,h_600/a.jpg',
  ],
  ['data:image/png;base64,AAAA 1x, big.png 2x', 'big.png'],
  ['only.jpg', 'only.jpg'],
  ['', undefined],
])('finds the largest candidate of "%s"', (srcset, url) => {
  expect(findLargest(srcset)).toBe(url);
});

test('keeps the first of candidates that claim the same size', () => {
  expect(findLargest('first.jpg 800w, second.jpg 800w')).toBe('first.jpg');
});

test('reads every candidate of a list without descriptors', () => {
  expect(parseSrcset('a.jpg, b.jpg,\n c.jpg').map(({ url }) => url)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
});

test.each([
  ['url("https://a.example/x y.jpg")', ['https://a.example/x y.jpg']],
  ["linear-gradient(red, blue), url(a.png), url('b.png')", ['a.png', 'b.png']],
  ['url("quoted\\"name.png")', ['quoted"name.png']],
  ['none', []],
])('lists the addresses of %s', (value, urls) => {
  expect(listCssUrls(value)).toEqual(urls);
});

test.each([
  ['https://a.example/photos/sun%20set.jpg?w=4', [], 'sun set'],
  ['https://a.example/', ['A page: about/light'], 'A page about light'],
  ['data:image/png;base64,AAAA', ['', 'Album'], 'Album'],
  ['blob:https://a.example/0b1c', [''], 'picture'],
  ['https://a.example/%E0%A4%A.png', [], '%E0%A4%A'],
  ['https://a.example/..', ['..'], 'picture'],
])('names the file of %s', (url, alternatives, name) => {
  expect(nameFile(url, alternatives)).toBe(name);
});
