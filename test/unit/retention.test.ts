import { expect } from 'chai';
import mongoose from 'mongoose';
import { keptAfterErasure, RETENTION } from '../../domain/retention/classes.ts';
import { COPIED, NOT_COPIED } from '../../activities/data-copy.ts';
import { loadRetention } from '../../infra/retention.ts';
import { createModels } from '../../models/index.ts';

/** Registers every schema; no server is asked for anything. */
const models = () => {
  const connection = mongoose.createConnection();
  createModels(connection);
  return Object.values(connection.models);
};

describe('retention', () => {
  it('names the class of every collection: a new one gets its entry in domain/retention/classes.ts', () => {
    const collections = models().map((model) => model.collection.name);
    expect(collections.length).to.be.greaterThan(20);
    expect(Object.keys(RETENTION).sort()).to.deep.equal([...new Set(collections)].sort());
  });

  it('speaks of fields that the records have', () => {
    for (const { collection, schema } of models()) {
      const { ends = [], erase = [] } = RETENTION[collection.name] ?? {};
      const fields = [
        ...ends.flatMap(({ since, where = {}, how }) => [since, ...Object.keys(where), ...setBy(how)]),
        ...erase.flatMap(({ by, how }) => [by, ...setBy(how)]),
      ];
      for (const field of fields) {
        expect(schema.path(field.split('.')[0] ?? ''), `${collection.name}.${field}`).to.not.equal(undefined);
      }
    }
  });

  it('has a person’s copy hold every collection, unless it says why not', () => {
    const personal = Object.keys(RETENTION).filter((name) => RETENTION[name]?.class !== 'technical');
    const named = [...Object.keys(COPIED), ...Object.keys(NOT_COPIED)];
    expect(personal.filter((name) => !named.includes(name))).to.deep.equal([]);
    expect(named.filter((name) => RETENTION[name] === undefined)).to.deep.equal([]);
    expect(Object.keys(COPIED).filter((name) => name in NOT_COPIED)).to.deep.equal([]);
  });

  it('lets MongoDB expire what says that it expires', () => {
    for (const { collection, schema } of models()) {
      const ttl = schema.indexes().some(([, options]) => options.expireAfterSeconds !== undefined);
      expect(ttl, collection.name).to.equal(RETENTION[collection.name]?.expires === true);
    }
  });

  it('ends whatever is kept for a time, and tells the person in Chinese what stays', () => {
    for (const [collection, rule] of Object.entries(RETENTION)) {
      if (rule.class !== 'timed') continue;
      expect(rule.expires === true || (rule.ends ?? []).length > 0, collection).to.equal(true);
    }
    for (const kept of keptAfterErasure()) expect(kept).to.match(/\p{Script=Han}/u);
    expect(loadRetention().days.audit).to.be.at.least(3 * 365);
  });
});

const setBy = (how: 'delete' | { readonly set: object }): string[] => (how === 'delete' ? [] : Object.keys(how.set));
