import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  DEFAULT_PORTS,
  DEFAULT_TASK_QUEUE,
  DEFAULT_TEMPORAL_NAMESPACE,
  ENVIRONMENT_NAMES,
  IMAGE_VERSIONS,
  loadConfig,
} from '../../infra/config.ts';

const root = join(import.meta.dirname, '..', '..');
const OURS = ['setup', 'api', 'cases', 'jobs'];
const IS_OUR_NAME = /^(BANGFU|MONGODB|REDIS|TEMPORAL|API|METRICS|WORKER|JOBS|PHOTO|LOG|SMS|IDENTITY|SPONSOR|CROWD)_/;

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = z.object({ services: z.record(z.string(), service) }).parse(parse(text, { merge: true }));
const get = (name: string): z.infer<typeof service> => service.parse(services[name]);
const key = `k:${Buffer.alloc(32, 7).toString('base64')}`;

/** What compose does with `${NAME:-default}` and `${NAME:?message}`. */
function interpolated(environment: Record<string, string>): Record<string, string> {
  const given = (name: string): string => (name.endsWith('_PROVIDER') ? 'off' : key);
  const value = (raw: string): string =>
    raw.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => given(name));
  return Object.fromEntries(Object.entries(environment).map(([name, raw]) => [name, value(raw)]));
}

describe('docker-compose.yml', () => {
  it('has every server and our four processes', () => {
    const servers = ['mongo', 'redis', 'postgres', 'temporal', 'temporal-schema', 'temporal-namespace', 'temporal-ui'];
    expect(Object.keys(services)).to.have.members([...servers, ...OURS]);
  });

  it('pins official images to the versions of infra/config.ts', () => {
    const official = Object.entries(services).filter(([name]) => !OURS.includes(name));
    for (const [, { image }] of official) {
      const [repository = '', version] = image.split(':');
      expect(IMAGE_VERSIONS, image).to.have.property(repository, version);
    }
  });

  it('uses one image of ours, built on the Node that we test with', () => {
    expect(new Set(OURS.map((name) => get(name).image))).to.have.property('size', 1);
    const packages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: { node: string };
    };
    const bases = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM node:([\d.]+)/gm)];
    expect(bases).to.have.length(2);
    for (const [, version] of bases) expect(version).to.equal(packages.devDependencies.node);
  });

  for (const name of OURS) {
    it(`gives ${name} only names that infra/config.ts reads, and a configuration that production accepts`, () => {
      const { environment } = get(name);
      for (const variable of Object.keys(environment)) expect(ENVIRONMENT_NAMES).to.include(variable);
      expect(loadConfig(interpolated(environment)).profile).to.equal('production');
    });
  }

  it('hands on every name that infra/config.ts reads: none can be given in vain', () => {
    // The whole addresses are given instead.
    const portsOfServersBesideUs = ['MONGODB_PORT', 'REDIS_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'];
    const wanted = ENVIRONMENT_NAMES.filter((name) => !portsOfServersBesideUs.includes(name));
    for (const name of OURS) expect(Object.keys(get(name).environment), name).to.include.members(wanted);
  });

  it('takes from the caller only names that are ours, or the database password of Temporal', () => {
    const taken = [...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, variable = '']) => variable);
    for (const variable of taken.filter((each) => IS_OUR_NAME.test(each))) {
      expect(ENVIRONMENT_NAMES).to.include(variable);
    }
    expect(taken.filter((each) => !IS_OUR_NAME.test(each))).to.satisfy((others: string[]) =>
      others.every((each) => each === 'POSTGRES_PASSWORD'),
    );
  });

  it('holds no secret', () => {
    for (const [name, { environment }] of Object.entries(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/KEY$|PASSWORD|PWD|SECRET/.test(variable))
          expect(value, `${name} ${variable}`).to.match(/^\$\{\w+:(\?|-\}$)/);
      }
    }
  });

  it('uses the ports and names of infra/config.ts', () => {
    const config = loadConfig(interpolated(get('api').environment));
    expect(config.api.port).to.equal(DEFAULT_PORTS.api);
    expect(config.metrics).to.include({ casesPort: DEFAULT_PORTS.casesMetrics, jobsPort: DEFAULT_PORTS.jobsMetrics });
    expect(config.mongo.uri).to.contain(`mongo:${DEFAULT_PORTS.mongo}/`);
    expect(config.redis.url).to.equal(`redis://redis:${DEFAULT_PORTS.redis}`);
    expect(config.temporal).to.deep.equal({
      address: `temporal:${DEFAULT_PORTS.temporal}`,
      namespace: DEFAULT_TEMPORAL_NAMESPACE,
      taskQueue: DEFAULT_TASK_QUEUE,
      uiUrl: `http://127.0.0.1:${DEFAULT_PORTS.temporalUi}`,
    });
    expect(get('api').ports).to.deep.equal([`127.0.0.1:${DEFAULT_PORTS.api}:${DEFAULT_PORTS.api}`]);
    expect(get('temporal-ui').ports).to.deep.equal([`127.0.0.1:${DEFAULT_PORTS.temporalUi}:8080`]);
  });

  it('checks the health of our processes on their own ports', () => {
    const checked = (name: string): string | undefined => get(name).healthcheck?.test.at(-1);
    expect(checked('api')).to.equal(`http://127.0.0.1:${DEFAULT_PORTS.api}/health/ready`);
    expect(checked('cases')).to.equal(`http://127.0.0.1:${DEFAULT_PORTS.casesMetrics}/health/ready`);
    expect(checked('jobs')).to.equal(`http://127.0.0.1:${DEFAULT_PORTS.jobsMetrics}/health/ready`);
  });

  it('waits for health where there is a health check, and for the end of one-shot jobs', () => {
    for (const { depends_on } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const expected = get(name).healthcheck ? 'service_healthy' : 'service_completed_successfully';
        expect(condition, name).to.equal(expected);
      }
    }
  });

  it('starts our processes only after setup, and setup only after the namespace is there', () => {
    for (const name of ['api', 'cases', 'jobs']) expect(get(name).depends_on).to.have.property('setup');
    expect(get('setup').depends_on).to.have.keys('mongo', 'redis', 'temporal-namespace');
    expect(get('temporal').depends_on).to.have.property('temporal-schema');
  });

  it('lets nobody but this machine in', () => {
    for (const port of Object.values(services).flatMap(({ ports }) => ports)) expect(port).to.match(/^127\.0\.0\.1:/);
  });
});
