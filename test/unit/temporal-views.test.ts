import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.ts';
import { temporalViews, viewUrl } from '../../infra/temporal/views.ts';

const text = readFileSync(new URL('../../ops/temporal-views.md', import.meta.url), 'utf8');
const views = temporalViews(new Date('2026-01-01T00:00:00.000Z'));

describe('the lists in the Temporal UI', () => {
  it('stand in ops/temporal-views.md as they are, each with its link', () => {
    const links = [...text.matchAll(/^\| \[(.+?)\]\((\S+)\) *\| `(.+?)` *\|$/gm)].map(([, title, url, query]) => ({
      title,
      url: decodeURIComponent(url ?? ''),
      query,
    }));
    const expected = views.map(({ title, query }) => ({
      title,
      url: decodeURIComponent(viewUrl('http://127.0.0.1:8233', 'bangfu', query)),
      query,
    }));
    expect(links).to.deep.equal(expected);
  });

  it('name only search attributes that Bangfu sets', () => {
    const known = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name);
    const used = views.flatMap(({ query }) => query.match(/Case[A-Za-z]+/g) ?? []);
    expect(known).to.include.members(used);
  });
});
