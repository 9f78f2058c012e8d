import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { ConfigError, DEVELOPMENT_KEYS, DEVELOPMENT_SMS_SECRET, loadConfig } from '../../infra/config.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

function production(): Record<string, string> {
  return {
    BANGFU_PROFILE: 'production',
    MONGODB_URI: 'mongodb://db.example/bangfu?replicaSet=rs0',
    REDIS_URL: 'redis://queue.example:6379',
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    BANGFU_MASTER_KEY: key('m1'),
    BANGFU_INDEX_KEY: key('i1'),
    BANGFU_TOKEN_KEY: key('t1'),
    BANGFU_CODEC_KEY: key('c1'),
    BANGFU_CHECKPOINT_KEY: key('s1'),
    SMS_PROVIDER: 'off',
    IDENTITY_PROVIDER: 'off',
  };
}

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing on a development machine', () => {
    const config = loadConfig({});
    expect(config.profile).to.equal('development');
    expect(config.api).to.deep.equal({ host: '127.0.0.1', port: 3000 });
    expect(config.mongo.uri).to.equal('mongodb://127.0.0.1:27017/bangfu?replicaSet=rs0');
    expect(config.temporal.uiUrl).to.equal('http://127.0.0.1:8233');
    expect(config.keys.codec.current.key).to.have.length(32);
  });

  it('moves the embedded servers by their ports', () => {
    const config = loadConfig({ MONGODB_PORT: '1', REDIS_PORT: '2', TEMPORAL_PORT: '3', TEMPORAL_UI_PORT: '4' });
    expect(config.mongo.uri).to.contain('127.0.0.1:1/');
    expect(config.redis.url).to.equal('redis://127.0.0.1:2');
    expect(config.temporal.address).to.equal('127.0.0.1:3');
    expect(config.temporal.uiUrl).to.equal('http://127.0.0.1:4');
  });

  it('takes an empty variable for one that is not given', () => {
    expect(loadConfig({ API_PORT: '', MONGODB_URI: '' })).to.deep.equal(loadConfig({}));
  });

  it('seals with the first of several keys and opens with all', () => {
    const { codec } = loadConfig({ BANGFU_CODEC_KEY: `${key('new')},${key('old')}` }).keys;
    expect(codec.current.id).to.equal('new');
    expect([...codec.all.keys()]).to.deep.equal(['new', 'old']);
  });

  it('names every fault at once and never a value', () => {
    const faults = faultsOf({
      API_PORT: '70000',
      LOG_LEVEL: 'loud',
      BANGFU_TOKEN_KEY: 'k:secret',
      REDIS_URL: 'http://x',
    });
    expect(faults.map((fault) => fault.split(':')[0])).to.have.members([
      'API_PORT',
      'LOG_LEVEL',
      'BANGFU_TOKEN_KEY',
      'REDIS_URL',
    ]);
    expect(faults.join()).not.to.contain('secret');
  });

  it('refuses a key of the wrong length and a key id that is used twice', () => {
    expect(faultsOf({ BANGFU_INDEX_KEY: `a:${randomBytes(31).toString('base64')}` })).to.have.length(1);
    expect(faultsOf({ BANGFU_INDEX_KEY: `${key('a')},${key('a')}` })[0]).to.contain('twice');
  });

  it('runs in production with keys and addresses of its own', () => {
    expect(faultsOf(production())).to.deep.equal([]);
  });

  for (const name of Object.keys(production()).filter((each) => each !== 'BANGFU_PROFILE')) {
    it(`refuses production without ${name}`, () => {
      const { [name]: _left, ...rest } = production();
      expect(faultsOf(rest)).to.have.length(1);
      expect(faultsOf(rest)[0]).to.match(new RegExp(`^${name}: must be given`));
    });
  }

  it('refuses the SMS sandbox and its secret in production, and a provider without its credentials anywhere', () => {
    expect(faultsOf({ ...production(), SMS_PROVIDER: 'sandbox' })[0]).to.match(/^SMS_PROVIDER: production refuses/);
    const known = faultsOf({ ...production(), SMS_CALLBACK_SECRET: `mine,${DEVELOPMENT_SMS_SECRET}` });
    expect(known[0]).to.match(/^SMS_CALLBACK_SECRET: holds the public/);
    const missing = faultsOf({ SMS_PROVIDER: 'tencent', SMS_TENCENT_SIGN: '帮扶' });
    expect(missing.map((fault) => fault.split(':')[0])).to.include.members([
      'SMS_CALLBACK_SECRET',
      'SMS_TENCENT_SECRET_KEY',
    ]);
    expect(missing).to.have.length(6);
  });

  it('refuses the identity sandbox in production, and a register without address, key or a sealed connection', () => {
    const sandbox = faultsOf({ ...production(), IDENTITY_PROVIDER: 'sandbox' });
    expect(sandbox).to.deep.equal(['IDENTITY_PROVIDER: production refuses the sandbox']);
    const names = faultsOf({ IDENTITY_PROVIDER: 'http' }).map((fault) => fault.split(':')[0]);
    expect(names).to.deep.equal(['IDENTITY_ENDPOINT', 'IDENTITY_API_KEY']);
    const http = {
      IDENTITY_PROVIDER: 'http',
      IDENTITY_ENDPOINT: 'http://register.example/check',
      IDENTITY_API_KEY: 'k',
    };
    expect(faultsOf({ ...production(), ...http })[0]).to.match(/^IDENTITY_ENDPOINT: must begin with https/);
    expect(faultsOf({ ...http, IDENTITY_ENDPOINT: 'ftp://register.example' })).to.have.length(1);
    expect(loadConfig(http).identity).to.deep.equal({
      provider: 'http',
      http: { endpoint: 'http://register.example/check', apiKey: 'k' },
    });
  });

  it('refuses the public development keys in production under any id and in any place', () => {
    const publicKey = DEVELOPMENT_KEYS.BANGFU_CODEC_KEY.split(':')[1] ?? '';
    const faults = faultsOf({ ...production(), BANGFU_TOKEN_KEY: `${key('fresh')},mine:${publicKey}` });
    expect(faults).to.have.length(1);
    expect(faults[0]).to.contain('BANGFU_TOKEN_KEY');
  });
});
