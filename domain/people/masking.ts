/** What strangers may see of a person. */

/** `3607**********123X` */
export const maskIdNumber = (id: string): string => `${id.slice(0, 4)}${'*'.repeat(10)}${id.slice(-4)}`;

/** `138****5678` */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

const DOUBLE_SURNAMES = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 ' +
    '慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 ' +
    '令狐 段干 百里 呼延 东郭 南门 羊舌 微生 左丘 东门 西门 第五'
  ).split(' '),
);

function surnameOf(name: string): string {
  const characters = [...name.trim()];
  const two = characters.slice(0, 2).join('');
  return characters.length > 2 && DOUBLE_SURNAMES.has(two) ? two : (characters[0] ?? '');
}

/** Surname and `**`, always two stars: the length of a name helps to guess it. */
export const publicName = (name: string): string => `${surnameOf(name)}**`;

/** By which people call a child: 小明 of 赖小明. Empty where it is one character: it would stand in any text. */
export function givenName(name: string): string {
  const given = [...name.trim()].slice([...surnameOf(name)].length).join('');
  return [...given].length > 1 ? given : '';
}
