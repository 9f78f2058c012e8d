import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { connectMongo } from '../../models/db.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { freePorts, useStack } from '../support/stack.ts';

describe('the API process', () => {
  const stack = useStack();
  let child: ChildProcess;
  let url: string;
  let port: number;

  before(async function () {
    this.timeout(60_000);
    const db = await connectMongo(stack.config);
    await ensureIndexes(db);
    await db.close();
    [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../../api/server.ts')], {
      env: { ...process.env, ...stack.env, API_PORT: String(port), LOG_LEVEL: 'fatal' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (let i = 0; i < 300 && !(await isLive()); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  });
  after(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });

  const isLive = (): Promise<boolean> =>
    fetch(`${url}/health/live`).then(
      (response) => response.ok,
      () => false,
    );

  it('is ready with each server’s state, and shows metrics and docs', async () => {
    const ready = await fetch(`${url}/health/ready`);
    const body = (await ready.json()) as { status: string; parts: Record<string, string> };
    expect([ready.status, body.parts['mongo'], body.parts['redis']]).to.deep.equal([200, 'up', 'up']);
    expect(await (await fetch(`${url}/metrics`)).text()).to.contain('process_cpu_seconds_total');
    expect((await fetch(`${url}/docs/`)).status).to.equal(200);
    expect(((await (await fetch(`${url}/v1/meta`)).json()) as { name: string }).name).to.equal('Bangfu');
    expect((await fetch(`${url}/ops/queues`)).status).to.equal(401);
  });

  it('lets a running request end before it stops, and takes no new one', async function () {
    this.timeout(30_000);
    // A request whose body is still on its way when the signal comes.
    const socket = connect(port, '127.0.0.1');
    const body = JSON.stringify({ phone: '13800000000', password: 'wrong-Password-1' });
    const head = `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(head + body.slice(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await isLive(), 'new connections').to.equal(false);
    let answer = '';
    socket.on('data', (data) => (answer += String(data)));
    socket.write(body.slice(5));
    const [code] = (await exited) as [number | null];
    expect(answer).to.match(/^HTTP\/1\.1 401 /);
    expect(code).to.equal(0);
  });
});
