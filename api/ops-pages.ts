import { createHash } from 'node:crypto';
import type { Express, Request, RequestHandler, Response } from 'express';
import { problem } from '../contracts/problems.ts';
import type { ApiDeps } from './deps.ts';
import { toProblem } from './middleware/errors.ts';
import { stateOf } from './middleware/request-state.ts';
import type { ApiServices } from './services.ts';

/** Pages for operators' browsers. They sign in with phone and password by HTTP Basic, which needs no page of ours. */

export const CODEC_COOKIE = 'bangfu_codec';
const CODEC_HOURS = 8;
/** A password was right: for so long it is not hashed again for every picture of a page. */
const CHECKED_MS = 60_000;

export function opsPages(app: Express, deps: ApiDeps, services: ApiServices, overloaded: () => boolean): void {
  const operator = operatorOnly(deps, services, overloaded);
  app.get('/ops/codec', operator, codecPage(deps, services));
  for (const { path, handler } of deps.mounts ?? []) app.use(path, operator, pageHeaders, handler);
}

/** The dashboards draw with inline styles and scripts of their own. */
const pageHeaders: RequestHandler = (_req, res, next) => {
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "font-src 'self' data:; frame-ancestors 'none'",
  );
  next();
};

/** Lets operators through whose account is not frozen; anybody else gets 401 with a challenge, or 403. */
function operatorOnly({ models }: ApiDeps, services: ApiServices, overloaded: () => boolean): RequestHandler {
  const checked = new Map<string, { readonly accountId: string; readonly until: number }>();

  async function accountOf(header: string): Promise<string> {
    const name = createHash('sha256').update(header).digest('base64');
    const known = checked.get(name);
    if (known !== undefined && known.until > Date.now()) return known.accountId;
    // Hashing is dear: in a flood only those go on who were in already.
    if (known === undefined && overloaded()) throw problem('OVERLOADED', { retryAfter: 1 });
    const [phone = '', ...rest] = Buffer.from(header.slice('Basic '.length), 'base64').toString().split(':');
    const { _id: accountId } = await services.sessions.check(phone, rest.join(':'));
    if (checked.size > 100) checked.clear();
    checked.set(name, { accountId, until: Date.now() + CHECKED_MS });
    return accountId;
  }

  return async (req, res, next) => {
    stateOf(res).operationId = 'opsPage';
    // A browser sends Basic credentials by itself, also when another site's page made it ask.
    if (req.method !== 'GET' && req.headers['sec-fetch-site'] === 'cross-site') throw problem('NOT_PERMITTED');
    const header = req.headers.authorization ?? '';
    if (!/^Basic [\w+/=]{4,500}$/.test(header)) {
      challenge(res);
      return;
    }
    try {
      const accountId = await accountOf(header);
      const account = await models.accounts.access(accountId);
      if (account === null || account.frozen !== null) throw problem('ACCOUNT_FROZEN');
      if (!account.grants.some(({ role }) => role === 'operator')) throw problem('NOT_PERMITTED');
      (res.locals as { accountId?: string }).accountId = accountId;
      next();
    } catch (error) {
      if (toProblem(error).status === 401) challenge(res);
      else next(error);
    }
  };
}

function challenge(res: Response): void {
  res.setHeader('WWW-Authenticate', 'Basic realm="Bangfu operators", charset="UTF-8"');
  res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  res.statusCode = 401;
  res.end('操作员登录：手机号与密码 / operators: phone and password');
}

/** Gives the browser a cookie with which the Temporal UI may decode payloads. */
function codecPage({ config, models, log, now }: ApiDeps, services: ApiServices): RequestHandler {
  return async (req: Request, res) => {
    const { accountId = '' } = res.locals as { accountId?: string };
    const token = await services.sessions.pageToken(accountId, 'codec', CODEC_HOURS * 3600);
    const requestId = stateOf(res).id;
    const entry = { action: 'codec.open', accountId, actor: { id: accountId, role: 'operator' as const }, target: {} };
    await models.audit.append({ ...entry, requestId, status: 200, at: new Date(now()) });
    log.info({ requestId }, 'an operator opened the codec for the Temporal UI');
    const secure = req.secure || config.profile === 'production' ? '; Secure' : '';
    const age = `Max-Age=${CODEC_HOURS * 3600}`;
    res.setHeader('Set-Cookie', `${CODEC_COOKIE}=${token}; Path=/v1/codec; HttpOnly; SameSite=Strict; ${age}${secure}`);
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(codecText(config.temporal.uiUrl, `${req.protocol}://${req.headers.host ?? ''}/v1/codec`));
  };
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const codecText = (
  ui: string,
  endpoint: string,
): string => `<!doctype html><meta charset="utf-8"><title>Bangfu codec</title>
<h1>Temporal UI</h1>
<p>For ${CODEC_HOURS} hours this browser may decode payloads. In the Temporal UI choose the glasses icon, enter</p>
<pre>${escape(endpoint)}</pre>
<p>and switch on “Include cross-origin credentials”. Every use is audited.</p>
<p><a href="${escape(ui)}">${escape(ui)}</a></p>`;
