/** What a store asks of an extension, in the words of both languages. Names and summaries are those of the manifest. */
export interface Listing {
  description: string[];
  singlePurpose: string;
  /** By permission of the manifest: why it is needed. */
  permissions: Record<string, string>;
  /** What becomes of data of people. */
  privacy: string[];
  /** How who reviews it builds it. */
  sources: string;
  /** By picture of the documentation, in the order of the store: the line over its screenshot. */
  screenshots: Record<'slider' | 'ring' | 'grid' | 'comics' | 'panel', string>;
}

const english: Listing = {
  description: [
    'Right-click a picture on any page and choose: upscale 2× or 4×, remove the background, paint it anew from words, or make a film of it. A ring on the picture shows how far it is and what it costs, and the result takes the picture’s place, with a slider between before and after.',
    'It works with a Star-Graph server, your own or one that you have an account on. There is no server of ours.',
    '• All pictures of a page under one question, with one price\n• Comics and manga page after page, ahead of the reader, within a budget of credits a day that stops at a press\n• The form of the server’s own workflows: models, sizes, seeds, presets\n• A panel with every task of your account, searched and dragged out\n• Nothing is on a page before you use it there, and each site is asked for when you first do',
  ],
  singlePurpose:
    'Sends a picture or a video that the person chose on a page, or pictures of a site that the person chose, to the person’s own Star-Graph server, and shows the result in its place.',
  permissions: {
    activeTab: 'Reads the picture that the person pressed, without a lasting permission for the site.',
    alarms: 'Starts the worker again when the browser ended it while a picture was being made.',
    contextMenus: 'The entries in the menu of a picture.',
    declarativeNetRequestWithHostAccess:
      'Sends the page’s address along when the chosen picture is fetched, for sites that give pictures to their own pages alone. The rule is removed after that one request.',
    downloads: 'Saves results when the person presses Save.',
    menus: 'Names the element that the menu was opened on (Firefox).',
    notifications: 'Says that a result is ready when its page was left.',
    scripting: 'Puts the ring and the result into the page that the person pressed a picture on.',
    sidePanel: 'The list of the account’s tasks beside the page.',
    storage: 'Keeps the session, settings and open pictures in this browser.',
    unlimitedStorage: 'Open pictures may be larger than the usual limit.',
    '<all_urls>':
      'Optional: asked for one site at a time when a picture is first used there, so that its file can be fetched; for all sites only if the person allows that in the options.',
  },
  privacy: [
    'The chosen picture (on sites that the person chose for that, the pictures that they read), the address of its page and the values of the form go to the server that the person signed in to, and to nobody else.',
    'The session is kept in the extension’s storage, which pages cannot read. Signing out removes it.',
    'No analytics, no advertising, no remote code. Nothing is sold or given to third parties.',
  ],
  sources:
    'The archive of sources builds the same files, byte by byte. extension/README.md in it has the two commands; they take Node 24 and npm.',
  screenshots: {
    slider: 'The result stands in the picture’s place: slide to compare',
    ring: 'See how far it is and what it costs, on the picture itself',
    grid: 'All pictures of a page, with one price and one yes',
    comics: 'Comics page after page, within a budget you set',
    panel: 'Every task of your account beside the page',
  },
};

const chinese: Listing = {
  description: [
    '在任意网页上右键单击图片即可：放大 2 倍或 4 倍、去除背景、按文字重绘，或生成视频。图片上的圆环显示进度与价格；结果会替换原图，并可用滑块对比前后效果。',
    '需配合 Star-Graph 服务器使用：可以是您自己的服务器，也可以是您已有账号的服务器。我们不提供服务器。',
    '• 一次处理本页全部图片，统一报价\n• 漫画逐页提前放大，每日积分预算由您设定，一键停止\n• 使用服务器自带工作流的表单：模型、尺寸、种子、预设\n• 面板列出您账号的全部任务，可搜索、可拖出\n• 使用之前网页中没有任何内容；首次在某网站使用时才会请求权限',
  ],
  singlePurpose:
    '将用户在网页上选定的图片或视频，或用户选定网站上的图片，发送到用户自己的 Star-Graph 服务器，并在原处显示结果。',
  permissions: {
    activeTab: '读取用户所点的图片，无需该网站的长期权限。',
    alarms: '浏览器在处理图片期间结束后台时，重新启动后台。',
    contextMenus: '图片菜单中的各项。',
    declarativeNetRequestWithHostAccess:
      '有些网站只向自己的页面提供图片：获取所选图片时附上页面地址。该规则在这一次请求后即移除。',
    downloads: '用户点击“保存”时保存结果。',
    menus: '指明菜单是在哪个元素上打开的（Firefox）。',
    notifications: '离开页面后，通知结果已完成。',
    scripting: '将圆环与结果放入用户点击图片的页面。',
    sidePanel: '在页面旁列出账号的任务。',
    storage: '在此浏览器中保存会话、设置与处理中的图片。',
    unlimitedStorage: '处理中的图片可能超过通常的限额。',
    '<all_urls>':
      '可选：首次在某网站使用图片时才请求该网站，以便获取图片文件；仅当用户在选项中允许时才涵盖所有网站。',
  },
  privacy: [
    '所选图片（在用户为此选定的网站上，则为其正在阅读的图片）、其页面地址与表单中的值只会发送到用户登录的服务器，不会发送给其他任何人。',
    '会话保存在扩展的存储中，网页无法读取。退出登录即删除。',
    '没有统计分析，没有广告，没有远程代码。不向第三方出售或提供任何数据。',
  ],
  sources: '源代码包可构建出逐字节相同的文件：其中的 extension/README.md 列有两条命令，需要 Node 24 与 npm。',
  screenshots: {
    slider: '结果就在原图的位置：拖动滑块对比前后',
    ring: '进度与价格，就显示在图片上',
    grid: '一次处理本页全部图片，统一报价',
    comics: '漫画逐页放大，预算由您设定',
    panel: '在网页旁查看账号的全部任务',
  },
};

export const listings: Record<'en' | 'zh_CN', Listing> = { en: english, zh_CN: chinese };
