/** What a scene may be asked to show. */
export type Word = keyof typeof vocabulary;

/** Words of each kind; English ones stand alone or with an ending, Chinese ones anywhere. */
const vocabulary = {
  dawn: ['dawn|sunrise|morning|daybreak', '黎明|日出|清晨|早晨|拂晓|朝霞|晨'],
  day: ['noon|midday|day|daylight|sunny|sunlight|summer|afternoon', '中午|正午|白天|晴|阳光|夏|午后'],
  sunset: ['sunset|golden hour|evening|sundown', '日落|夕阳|黄昏|傍晚|晚霞|落日'],
  dusk: ['dusk|twilight|blue hour|gloaming', '暮|薄暮|蓝调'],
  night: [
    'night|midnight|moonlit|moonlight|moon|star|starry|nocturne|dark|neon|cyberpunk|firefly|fireflies',
    '夜|月|星|霓虹|赛博',
  ],
  moon: ['moon|moonlit|moonlight', '月亮|满月|圆月|月光|明月|月夜|月色|弯月'],
  stars: ['star|starry|galaxy|milky way|constellation', '星空|繁星|银河|星星|星夜'],
  space: ['space|galaxy|nebula|planet|cosmos|universe|astronaut|spaceship|alien', '太空|宇宙|星云|行星|宇航'],
  aurora: ['aurora|northern lights', '极光'],
  sea: [
    'sea|ocean|beach|coast|wave|bay|harbor|harbour|island|surf|shore|lighthouse|seaside|ship|gull',
    '海|沙滩|浪|港|岛|灯塔',
  ],
  lake: [
    'lake|pond|river|canal|stream|fjord|reflection|waterfall|lagoon|boat|koi|swan',
    '湖|池|河|江|溪|运河|瀑|倒影|船',
  ],
  forest: [
    'forest|wood|woods|woodland|jungle|tree|pine|fir|spruce|grove|bamboo|deer|fox|wolf|bear|fairy',
    '森林|树|林|松|杉|竹|狐|鹿|狼',
  ],
  mountain: [
    'mountain|peak|alps|ridge|valley|cliff|volcano|dragon|fuji|himalaya|canyon',
    '山|峰|岭|谷|龙|峡',
  ],
  meadow: [
    'meadow|field|grass|countryside|farm|hill|garden|flower|prairie|horse|sheep|cow|windmill|rose|tulip|lavender|picnic',
    '草地|草原|田|野|花|丘|牧|马',
  ],
  desert: ['desert|dune|sahara|camel|oasis|mars|pyramid', '沙漠|沙丘|戈壁|骆驼|火星'],
  city: [
    'city|cities|town|skyline|street|skyscraper|urban|downtown|tokyo|paris|new york|shanghai|hong kong|london|cyberpunk|neon|building|robot|car|cafe|shop',
    '城市|街|楼|都市|霓虹|赛博|上海|东京|香港|机器人',
  ],
  snow: ['snow|snowy|winter|ice|icy|frost|frozen|arctic|glacier|christmas|blizzard', '雪|冬|冰|霜|圣诞'],
  rain: ['rain|rainy|drizzle|storm|stormy|thunder|thunderstorm|umbrella|wet', '雨|暴风|雷'],
  fog: ['fog|foggy|mist|misty|haze|hazy|smoke', '雾|霭|烟'],
  clouds: ['cloud|cloudy|overcast|clouds', '云|阴天'],
  autumn: ['autumn|autumnal|maple|october|november|fall colors|fall colours|harvest', '秋|枫'],
  blossom: ['blossom|cherry|sakura|spring|peach', '樱|桃花|春|梅'],
  flowers: ['flower|flowers|wildflower|poppy|poppies|rose|tulip|daisy|daisies|lavender|garden|bouquet', '花'],
  pine: ['pine|fir|spruce|conifer|evergreen', '松|杉'],
  palm: ['palm|tropical|caribbean|hawaii|maldives|oasis|coconut', '棕榈|椰|热带'],
  lighthouse: ['lighthouse|beacon', '灯塔'],
  boat: ['boat|sail|sailboat|ship|yacht|sailing|canoe|gondola|pirate', '船|帆|舟'],
  paper: ['paper', '纸'],
  birds: ['bird|gull|seagull|crow|raven|swallow|crane|geese|goose|eagle|owl|hen|flock', '鸟|鹤|雁|鸥|鹰|燕'],
  cat: ['cat|kitten|kitty', '猫|喵'],
  fox: ['fox|foxes', '狐'],
  dog: ['dog|puppy|wolf', '狗|犬|狼'],
  deer: ['deer|stag|elk|moose', '鹿'],
  person: [
    'portrait|person|man|woman|girl|boy|knight|samurai|wizard|witch|traveler|traveller|hiker|monk|king|queen|princess|warrior|astronaut|detective|dancer|child|lady|hero',
    '人像|肖像|女孩|男孩|女人|男人|少女|少年|侠|武士|骑士|旅人|一个人|巫',
  ],
  house: ['house|cabin|cottage|barn|home|hut|inn|farmhouse', '屋|房子|农舍|小木屋|家'],
  balloon: ['balloon', '气球'],
  castle: ['castle|fortress|tower|palace|cathedral', '城堡|宫|塔楼'],
} as const satisfies Record<string, readonly [english: string, chinese: string]>;

const patterns = Object.entries(vocabulary).map(
  ([word, [english, chinese]]) =>
    [word as Word, new RegExp(`\\b(?:${english})(?:s|es)?\\b|${chinese}`, 'i')] as const,
);

/** The words that a prompt holds, in any case and in both languages. */
export function findWords(text: string): Set<Word> {
  // A prompt may be very long; what it is about stands at its beginning.
  const start = text.slice(0, 2_000);
  return new Set(patterns.flatMap(([word, pattern]) => (pattern.test(start) ? [word] : [])));
}

const hours = [
  'dawn',
  'day',
  'sunset',
  'dusk',
  'night',
  'space',
  'aurora',
] as const satisfies readonly Word[];

/** Whether the prompt says what light it wants. */
export function namesHour(text: string): boolean {
  const words = findWords(text);
  return hours.some((hour) => words.has(hour));
}
