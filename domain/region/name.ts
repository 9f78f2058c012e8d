/** How a region is called where people read it; its official name stays in the register. */

/** 长乐村委会 → 长乐村, 城郊社区居民委员会 → 城郊社区; other names as they are. */
export function shortName(official: string): string {
  const name = official
    .replace(/村(?:民委员会|民委会|委员会|委会)$/, '村')
    .replace(/社区(?:居民委员会|居民委会|居民居委会|居委会|委员会)$/, '社区')
    .replace(/(?:居民委员会|居委会)$/, '社区');
  return name.replace(/村村$/, '村');
}
