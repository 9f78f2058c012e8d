import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { bootstrapTemporal } from '../../infra/temporal/bootstrap.ts';
import { createTemporalClient, pingTemporal } from '../../infra/temporal/connection.ts';
import {
  assertSearchAttributes,
  missingAttributes,
  REQUIRED_ATTRIBUTES,
} from '../../infra/temporal/search-attributes.ts';
import { useStack } from '../support/stack.ts';

describe('Temporal bootstrap', () => {
  const stack = useStack();
  const connect = (change: { address?: string } = {}) =>
    createTemporalClient({ ...stack.config, temporal: { ...stack.config.temporal, ...change } });

  it('creates a missing namespace with all search attributes, also twice at once', async function () {
    this.timeout(90_000);
    const { connection } = connect();
    const namespace = `boot-${uuidv7()}`;
    try {
      expect(await pingTemporal(connection, namespace)).to.equal(false);
      await Promise.all([bootstrapTemporal(connection, namespace), bootstrapTemporal(connection, namespace)]);
      await assertSearchAttributes(connection, namespace);
      expect(await missingAttributes(connection, namespace)).to.deep.equal({});
      expect(await pingTemporal(connection, namespace)).to.equal(true);
      const started = Date.now();
      await bootstrapTemporal(connection, namespace);
      expect(Date.now() - started, 'a warm call').to.be.below(1000);
    } finally {
      await connection.close();
    }
  });

  it('refuses a namespace that lacks search attributes, naming them', async () => {
    const { connection } = connect();
    try {
      const error = await assertSearchAttributes(connection, 'temporal-system').then(
        () => null,
        (e: unknown) => e as Error,
      );
      expect(error?.message).to.include(Object.keys(REQUIRED_ATTRIBUTES)[0]);
    } finally {
      await connection.close();
    }
  });

  it('says "away" within two seconds when nothing listens', async () => {
    const { connection } = connect({ address: '127.0.0.1:1' });
    const started = Date.now();
    expect(await pingTemporal(connection, 'bangfu')).to.equal(false);
    expect(Date.now() - started).to.be.below(2000);
    await connection.close();
  });
});
