import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { smsReply, smsWish, SMS_REPLIES } from '../../domain/sms/keywords.ts';
import { smsDayOf, tomorrow, wakingTime } from '../../domain/sms/rules.ts';
import type { TencentSmsConfig } from '../../infra/config.ts';
import { isSignedCallback, signCallback } from '../../infra/providers/callback.ts';
import { SmsRefused } from '../../infra/providers/sms/index.ts';
import { createTencentSms } from '../../infra/providers/sms/tencent.ts';

const HOUR = 3_600_000;
/** 12:00 in Shanghai. */
const NOON = Date.parse('2026-03-02T04:00:00Z');
const NIGHT = { quietHours: { from: 21, to: 8 } };

describe('the rules for text messages', () => {
  it('let nothing that can wait out at night, and everything by day', () => {
    expect(wakingTime(NOON, NIGHT)).to.equal(NOON);
    expect(wakingTime(NOON + 10 * HOUR, NIGHT)).to.equal(NOON + 20 * HOUR);
    expect(wakingTime(NOON + 16 * HOUR, NIGHT)).to.equal(NOON + 20 * HOUR);
    expect(wakingTime(NOON, { quietHours: { from: 11, to: 14 } })).to.equal(NOON + 2 * HOUR);
    expect(wakingTime(NOON + 12 * HOUR, { quietHours: { from: 0, to: 0 } })).to.equal(NOON + 12 * HOUR);
    expect(tomorrow(NOON, NIGHT)).to.equal(NOON + 20 * HOUR);
  });

  it('name an hour that is not quiet, at most a day later, whatever the hours are', () => {
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(fc.integer({ min: NOON, max: NOON + 400 * 24 * HOUR }), hour, hour, (now, from, to) => {
        const at = wakingTime(now, { quietHours: { from, to } });
        const awake = (at - smsDayOf(at)) / HOUR;
        expect(at - now).to.be.within(0, 24 * HOUR);
        expect(wakingTime(at, { quietHours: { from, to } }), `${awake}`).to.equal(at);
      }),
    );
  });

  const said: readonly [string, object][] = [
    [' 1 ', { kind: 'answer', answer: 'good' }],
    ['２。', { kind: 'answer', answer: 'partly' }],
    ['没用', { kind: 'answer', answer: 'bad' }],
    ['“进度”', { kind: 'progress' }],
    ['jd', { kind: 'progress' }],
    ['撤回', { kind: 'withdraw', choice: null }],
    ['撤回 2', { kind: 'withdraw', choice: 2 }],
    ['确认撤回！', { kind: 'confirmWithdraw' }],
    ['同意公开', { kind: 'preview', choice: null }],
    ['同意公开2', { kind: 'preview', choice: 2 }],
    ['确认公开。', { kind: 'confirmPreview' }],
    ['我同意公开吗', { kind: 'help' }],
    ['td', { kind: 'wanted', wanted: 'none' }],
    ['订阅', { kind: 'wanted', wanted: 'all' }],
    ['我不想撤回', { kind: 'help' }],
    ['', { kind: 'help' }],
  ];
  for (const [text, wish] of said) {
    it(`take ${JSON.stringify(text)} for ${JSON.stringify(wish)}`, () => {
      expect(smsWish(text)).to.deep.equal(wish);
    });
  }

  it('leave nothing in braces, and never take our own answers for an order', () => {
    for (const reply of Object.keys(SMS_REPLIES) as (keyof typeof SMS_REPLIES)[]) {
      expect(smsReply(reply), reply).not.to.match(/[{}]/);
      expect(smsWish(smsReply(reply, { list: '', need: '', count: '', why: '' })).kind, reply).to.equal('help');
    }
  });
});

describe('a provider’s callback', () => {
  const callback = { id: 'msg_1', timestamp: String(NOON / 1000), body: '{"text":"1"}' };
  const signature = signCallback('old', callback);

  it('is believed with any of our secrets, for five minutes, as it was signed', () => {
    expect(isSignedCallback(['new', 'old'], callback, `v1,wrong ${signature}`, NOON + 299_000)).to.equal(true);
    expect(isSignedCallback(['new'], callback, signature, NOON)).to.equal(false);
    expect(isSignedCallback([], callback, signature, NOON)).to.equal(false);
    expect(isSignedCallback(['old'], callback, signature, NOON + 301_000)).to.equal(false);
    expect(isSignedCallback(['old'], { ...callback, body: '{"text":"3"}' }, signature, NOON)).to.equal(false);
    expect(isSignedCallback(['old'], { ...callback, id: 'msg_2' }, signature, NOON)).to.equal(false);
  });
});

describe('the provider of text messages', () => {
  let answer: object = {};
  let status = 200;
  let got: { headers: IncomingHttpHeaders; body: string } | undefined;
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      got = { headers: req.headers, body };
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  let config: TencentSmsConfig;
  const message = { id: 'need-1', phone: '13800001111', kind: 'notice', text: '已公开', params: ['已公开'] } as const;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const templates = { code: '101', notice: '102' };
    config = { endpoint, secretId: 'AKID', secretKey: 'secret', appId: '1400', sign: '帮扶', templates };
  });
  after(() => server.close());

  const refusal = async (): Promise<SmsRefused | undefined> => {
    try {
      await createTencentSms(config).send(message);
    } catch (error) {
      if (error instanceof SmsRefused) return error;
      throw error;
    }
    return undefined;
  };

  it('is called with a signature that he can check, the approved template and our id', async () => {
    answer = { Response: { SendStatusSet: [{ SerialNo: '2019:1', Code: 'Ok' }] } };
    expect(await createTencentSms(config, () => NOON).send(message)).to.deep.equal({ providerId: '2019:1' });
    expect(JSON.parse(got?.body ?? '')).to.deep.equal({
      PhoneNumberSet: ['+8613800001111'],
      SmsSdkAppId: '1400',
      SignName: '帮扶',
      TemplateId: '102',
      TemplateParamSet: ['已公开'],
      SessionContext: 'need-1',
    });
    const { headers, body = '' } = got ?? {};
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const canonical = [
      'POST\n/\n',
      `content-type:${headers?.['content-type']}\nhost:${headers?.host}\nx-tc-action:sendsms\n`,
      'content-type;host;x-tc-action',
      hash(body),
    ].join('\n');
    const at = headers?.['x-tc-timestamp'];
    const toSign = ['TC3-HMAC-SHA256', at, '2026-03-02/sms/tc3_request', hash(canonical)].join('\n');
    const key = ['2026-03-02', 'sms', 'tc3_request'].reduce<Buffer | string>(
      (k, part) => createHmac('sha256', k).update(part).digest(),
      'TC3secret',
    );
    const signature = createHmac('sha256', key).update(toSign).digest('hex');
    expect(headers?.authorization).to.equal(
      'TC3-HMAC-SHA256 Credential=AKID/2026-03-02/sms/tc3_request, ' +
        `SignedHeaders=content-type;host;x-tc-action, Signature=${signature}`,
    );
  });

  it('says whether a refusal is for good', async () => {
    answer = { Response: { SendStatusSet: [{ SerialNo: '', Code: 'FailedOperation.PhoneNumberInBlacklist' }] } };
    expect(await refusal()).to.include({ permanent: true });
    answer = { Response: { Error: { Code: 'RequestLimitExceeded' } } };
    expect(await refusal()).to.include({ code: 'RequestLimitExceeded', permanent: false });
    status = 502;
    expect(await refusal()).to.include({ code: 'HTTP_502', permanent: false });
  });
});
