import type { JsonObject, Refusal } from '../domain/kernel/types.ts';

/** Languages of the titles; Chinese is the default. */
export type Language = 'zh' | 'en';

interface CatalogueEntry {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}

const entry = (status: number, zh: string, en: string): CatalogueEntry => ({ status, zh, en });

/**
 * Every error that Bangfu tells a caller, once. Codes are stable: clients switch on them. A refusal of a decider is
 * one of these codes too, so a test compares this list with what `domain/` refuses with.
 */
export const PROBLEMS = {
  // The request itself
  INVALID_REQUEST: entry(400, '请求内容有误', 'The request is not valid'),
  INVALID_JSON: entry(400, '请求正文不是有效的 JSON', 'The body is not valid JSON'),
  INVALID_CURSOR: entry(400, '翻页标记无效', 'The page cursor is not valid'),
  IDEMPOTENCY_KEY_REQUIRED: entry(400, '缺少 Idempotency-Key 请求头', 'The header Idempotency-Key is required'),
  NOT_SIGNED_IN: entry(401, '请先登录', 'Sign in first'),
  WRONG_CREDENTIALS: entry(401, '手机号或密码不正确', 'Phone or password is wrong'),
  SESSION_ENDED: entry(401, '登录已失效，请重新登录', 'The session has ended; sign in again'),
  NOT_PERMITTED: entry(403, '没有权限', 'Not permitted'),
  ACCOUNT_FROZEN: entry(403, '账号已被冻结', 'The account is frozen'),
  ACCOUNT_NOT_FROZEN: entry(409, '账号没有被冻结，请照常登录', 'The account is not frozen: sign in as usual'),
  NOT_FOUND: entry(404, '没有找到', 'Not found'),
  METHOD_NOT_ALLOWED: entry(405, '不支持该请求方法', 'The method is not allowed here'),
  GONE: entry(410, '内容已不存在', 'It is gone'),
  VERSION_MISMATCH: entry(412, '内容已被他人修改，请刷新后重试', 'It was changed in the meantime; read it again'),
  PAYLOAD_TOO_LARGE: entry(413, '请求内容过大', 'The body is too large'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, '不支持的内容类型', 'The content type is not supported'),
  IDEMPOTENCY_KEY_REUSED: entry(
    422,
    'Idempotency-Key 已用于另一个请求',
    'The Idempotency-Key was used for another request',
  ),
  REQUEST_IN_FLIGHT: entry(409, '相同的请求正在处理', 'The same request is still being handled'),
  TOO_MANY_REQUESTS: entry(429, '请求过于频繁，请稍后再试', 'Too many requests; try again later'),
  CASE_BUSY: entry(429, '该事项正忙，请稍后再试', 'This case is busy; try again later'),
  INTERNAL: entry(500, '服务器内部错误', 'Internal error'),
  UNAVAILABLE: entry(503, '服务暂时不可用，请稍后再试', 'Temporarily unavailable; try again later'),
  OVERLOADED: entry(503, '系统繁忙，请稍后再试', 'The system is busy; try again later'),

  // The policy
  POLICY_INVALID: entry(422, '政策参数有误', 'The policy breaks a rule'),
  POLICY_UNKNOWN: entry(422, '没有这个政策版本', 'There is no such version of the policy'),
  POLICY_DATE: entry(422, '生效或失效日期不符合要求', 'The day is too early'),
  POLICY_VERSION_NAME: entry(422, '政策版本名称不符合要求', 'The version needs another name'),
  POLICY_VERSION_TAKEN: entry(409, '该政策版本名称已被使用', 'The name of the version was used already'),
  POLICY_GAP: entry(409, '该日之后将没有有效的政策版本', 'No version would hold from that day on'),

  // Accounts and sessions
  PHONE_TAKEN: entry(409, '该手机号已注册', 'The phone is registered already'),
  ID_NUMBER_TAKEN: entry(409, '该身份证号已注册', 'The ID number is registered already'),
  ID_NUMBER_INVALID: entry(422, '身份证号码不正确', 'The ID number is not valid'),
  FICTIONAL_ID_NUMBER: entry(422, '不接受虚构的身份证号码', 'Fictional ID numbers are not accepted here'),
  PHONE_INVALID: entry(422, '手机号码不正确', 'The phone is not valid'),
  PASSWORD_TOO_WEAK: entry(422, '密码过于简单', 'The password is too weak'),
  GRANT_LEVEL_MISMATCH: entry(422, '级别与地区不符', 'Level and region do not match'),
  STAND_IN_UNFIT: entry(422, '该账号不能代理您的职责', 'This account cannot stand in for you'),
  GRANT_EXISTS: entry(409, '已有该职责', 'The account has this grant already'),
  REAL_NAME_REQUIRED: entry(422, '请先用真实姓名和身份证号注册', 'The account has no real name and ID number'),
  REAL_NAME_UNCONFIRMED: entry(
    422,
    '您的姓名和身份证号尚未核实一致，请重新核实、申请实名认证，或带证件到所在乡镇核实',
    'Name and ID number are not confirmed to belong together yet',
  ),
  REAL_NAME_MISMATCH: entry(422, '姓名或身份证号与注册信息不符', 'Name or ID number differ from the account'),
  CERTIFICATION_OPEN: entry(409, '您已有一份正在核实的实名认证申请', 'A certification of yours is open already'),
  TOO_MANY_CERTIFICATIONS: entry(422, '您近期提出的实名认证申请已达上限', 'As many certifications lately as allowed'),
  OWN_CERTIFICATION: entry(403, '不能核实自己或自己家人的实名认证', 'Not on your own certification or household'),
  APPLICATION_OPEN: entry(409, '您已有一份正在审批的申请', 'An application of yours is open already'),
  COLLEAGUE_UNFIT: entry(422, '该同事不能接收您的工作', 'That colleague cannot take over your work'),
  NOTHING_TO_HAND_OVER: entry(422, '没有可移交的审核', 'No review waits for you alone'),
  OWN_SPONSORSHIP: entry(403, '不能审批自己的批量认领', 'Not on your own sponsorship'),
  TOO_MANY_PHOTOS: entry(422, '照片已达上限', 'As many photos of this need as allowed'),
  TOO_MANY_NEWS: entry(422, '该求助的进展已达上限', 'As many news of this need as allowed'),
  COMPLAINT_OPEN: entry(409, '您对此已有一件正在办理的投诉', 'A complaint of yours about this is open already'),
  COMPLAINT_LENGTH: entry(422, '投诉内容字数不符合要求', 'The complaint is too short or too long'),
  TOO_MANY_COMPLAINTS: entry(422, '您近期提出的投诉已达上限', 'As many complaints lately as allowed'),
  OWN_COMPLAINT: entry(403, '不能办理自己的投诉', 'Not on your own complaint'),
  OWN_APPLICATION: entry(403, '不能审批自己的申请', 'Not on your own application'),
  APPLICANT_FROZEN: entry(409, '申请人的账号已被冻结，不能任职', 'The account of the applicant is frozen'),
  OWN_OFFER: entry(403, '不能审核自己的捐赠意向', 'Not on your own offer'),
  OFFERS_EXCEEDED: entry(409, '您登记的捐赠意向已达上限', 'You have as many open offers as allowed'),
  OFFER_NOT_OPEN: entry(409, '该捐赠意向未通过审核或已结束', 'The offer is not open'),
  OFFER_RULES_BROKEN: entry(422, '捐赠意向不符合登记规则', 'The offer breaks the rules named in errors'),
  MATCH_RUNNING: entry(409, '正在匹配，请稍候', 'A match of this offer is still running'),
  PROPOSAL_OPEN: entry(409, '请先确认是否捐出', 'The proposal has to be accepted first'),
  OWN_ACCOUNT: entry(403, '不能对自己的账号执行此操作', 'Not on your own account'),
  FROZEN_FROM_ABOVE: entry(
    403,
    '该账号由上级或平台冻结，须由其解冻',
    'A level above, or the platform, has frozen the account',
  ),
  CALLBACK_SIGNATURE_WRONG: entry(401, '回调签名无效', 'The signature of the callback is not ours'),
  CODE_WRONG: entry(422, '验证码不正确或已失效', 'The code is wrong, used or expired'),
  HOUSEHOLD_WITHOUT_PHONE: entry(422, '该家庭没有登记手机号', 'The register has no phone of this household'),
  CONSENT_BY_OWN_PHONE: entry(
    403,
    '登记的是您自己的手机号，请用纸质同意书或录音',
    'The registered phone is your own; take the consent on paper or as a recording',
  ),
  PREVIEW_BY_ANOTHERS_PHONE: entry(
    403,
    '登记的手机号是发布人或工作人员的，请由另一位干部上门给您家看过公开的内容，并在纸上签字',
    'The registered phone is the publisher’s or an official’s; another cadre shows the preview and has it signed on paper',
  ),
  PREVIEW_BY_OWN_PHONE: entry(
    403,
    '该户登记的是您自己的手机号，请由另一位干部上门给该户看过公开的内容并签字',
    'The phone registered for the household is your own; another cadre shows it the preview',
  ),
  DATA_BY_ANOTHERS_PHONE: entry(
    403,
    '登记的手机号是工作人员的，请您家的人到场，由平台管理员办理',
    'The registered phone is an official’s; the household asks in person, and an operator enters it',
  ),
  CONSENT_UNKNOWN: entry(422, '没有这份同意，或与求助不符', 'No consent by code or recording that covers this need'),
  SMS_OFF: entry(503, '短信服务未开通', 'Text messages are switched off here'),
  PAYLOAD_BROKEN: entry(422, '数据无法解密', 'The payload does not decrypt'),
  ERASURE_BLOCKED: entry(409, '您还有未完结的事项或职责，暂时不能注销', 'Open cases or offices stand in the way'),
  PURPOSE_REQUIRED: entry(422, '请说明查看个人信息的用途', 'State a purpose to see personal data'),
  REGION_UNKNOWN: entry(422, '地区代码不存在', 'The region code is unknown'),

  // Cases: any decider
  NOT_ALLOWED_IN_STAGE: entry(409, '当前阶段不允许此操作', 'Not allowed in this stage'),
  CASE_CLOSED: entry(409, '该事项已结束', 'The case is closed'),
  NOTHING_TO_RETRY: entry(409, '没有可重试的步骤', 'There is nothing to retry'),
  HELPED_HOUSEHOLD: entry(
    403,
    '您是这户的帮扶干部，不能审核其求助或核实其身份',
    'A helper cadre decides nothing about the households he helps',
  ),
  OWN_POSTING: entry(403, '不能处理自己发布或自己家的求助', 'Not on your own posting, household or edit'),
  NOT_YOUR_LEVEL: entry(403, '不属于您的审核级别', 'This is for another level'),
  ALREADY_DONE: entry(409, '该操作已完成', 'This was done already'),
  NOT_DUE: entry(409, '尚未到期', 'It is not due yet'),
  TOO_LATE: entry(409, '已超过规定期限', 'The time for this is over'),
  ADVICE_PENDING: entry(409, '正在等待上级意见', 'The level above has been asked for its advice'),
  ASSIGNED_TO_ANOTHER: entry(403, '已转交其他干部处理', 'It was transferred to another cadre'),
  TAKEN_BY_ANOTHER: entry(409, '另一位干部正在办理', 'Another reviewer has taken it for now'),
  SECOND_REVIEWER_NEEDED: entry(403, '需由另一位干部审核', 'Another person must approve it too'),
  NO_LEVEL_ABOVE: entry(409, '没有更高一级', 'There is no level above'),
  RESUBMISSIONS_USED: entry(422, '修改重新提交的次数已用完', 'Corrected as often as allowed'),
  TOO_MANY_CHALLENGES: entry(422, '您近期提出的质疑已达上限', 'As many challenges lately as allowed'),
  HOME_CHANGED_LATELY: entry(
    409,
    '近期已修改过居住地，暂时不能再改',
    'Where you live was changed lately; see when it may be again',
  ),
  CONSENT_REVOKED: entry(
    409,
    '受助家庭收回了同意，须由家庭重新同意',
    'The household has taken its consent back; only it can give it again',
  ),
  PREVIEW_MISSING: entry(
    409,
    '公开前须受助家庭看过公开的内容并同意',
    'The household must see and approve its preview before this is published',
  ),
  HOUSEHOLD_HAS_PHONE: entry(
    409,
    '该户登记了手机号，请先由家庭自己查看；一段时间没有答复的再上门',
    'The household has a phone: it is asked first, and only later visited',
  ),
  PREVIEW_OUTDATED: entry(
    409,
    '内容已经修改，请重新查看后再同意',
    'The content was changed since; look at its preview again',
  ),
  PAUSED_BY_CADRE: entry(403, '由干部暂停的求助，请联系干部恢复', 'A cadre has paused it; only a cadre lets it go on'),
  PAYMENTS_MISSING: entry(409, '平台还不能收付款，资金求助暂不公开', 'Money cannot be paid yet'),
  DESIGNATION_MISSING: entry(
    409,
    '尚未登记互联网募捐信息平台的指定文件',
    'The designation as a fundraising platform is not recorded',
  ),
  ALREADY_CLAIMED: entry(409, '已有爱心人士认领', 'Somebody has claimed it already'),
  ALREADY_SENT: entry(409, '物品已寄出', 'It was sent already'),

  // Posting a need
  POSTING_RULES_BROKEN: entry(422, '求助内容不符合发布规则', 'The posting breaks the rules named in errors'),
  HOUSEHOLD_NOT_YOURS: entry(403, '您不能为该家庭发布求助', 'Not permitted to post for this household'),
  TOO_MANY_OPEN_NEEDS: entry(422, '该家庭进行中的求助已达上限', 'The household has as many open needs as allowed'),
  RECEIVED_LIMIT: entry(
    422,
    '该家庭一年内收到的帮扶已达上限',
    'The household has received as much as allowed in the period',
  ),
  LIKELY_MATCHES: entry(
    409,
    '有相似的求助，请先逐条说明为何不是同一件事',
    'There are likely matches; say of each why yours is another one',
  ),
  DUPLICATE_SUSPECTED: entry(
    409,
    '另有相同的求助或相同的照片，请核对后确认',
    'The household asks for the same elsewhere, or another need shows the same photo; look at it and confirm',
  ),
  DRAFT_CONFLICT: entry(409, '草稿已在别处修改，请合并后再上传', 'The draft was changed elsewhere; merge it first'),
  TOO_MANY_ENDORSEMENTS: entry(422, '您近期的证明已达上限', 'As many endorsements lately as allowed'),
  DUPLICATE_NEED: entry(409, '该家庭近期已有相同的求助', 'The household asked for the same lately'),
  PHOTO_UNKNOWN: entry(422, '照片不存在或不是您上传的', 'The photo is unknown or not yours'),
  PHOTO_REUSED: entry(422, '照片已在别处使用，请上传新的照片', 'The same picture is used elsewhere'),
  RECORDING_INVALID: entry(422, '录音文件无法识别', 'The file is no recording that can be kept'),
  PHOTO_INVALID: entry(422, '图片无法识别', 'The file is no picture that can be read'),
  STATEMENT_LENGTH: entry(422, '申请说明字数不符合要求', 'The statement is too short or too long'),
  REASON_LENGTH: entry(422, '理由字数不符合要求', 'The reason is too short or too long'),
  PERSONAL_DATA: entry(422, '请不要填写证件号、电话、银行卡号、车牌或微信号', 'The text holds personal data'),

  // Claims and pledges
  UNITS_NOT_AVAILABLE: entry(409, '物品已被其他爱心人士认领', 'Others have claimed these units; see what is left'),
  MORE_THAN_WANTED: entry(
    422,
    '超出该求助所需的数量，请按剩余数量认领',
    'That is more than the need asks for; see what is left',
  ),
  NOT_OPEN_FOR_CLAIMS: entry(409, '该求助目前不接受认领', 'The need takes no claims now'),
  DELIVERY_NOT_FITTING: entry(422, '该求助不能以这种方式交付', 'What this need asks for cannot be given in this way'),
  VETTING_REQUIRED: entry(
    403,
    '该服务涉及未成年人，须先经县级核查',
    'A child is met here: the county must have vetted you first',
  ),
  STANDBY_FULL: entry(409, '该求助的候补人数已满', 'As many donors wait for this need as allowed'),
  ALREADY_WAITING: entry(409, '您已在该求助的候补中', 'You wait for this need already'),
  OWN_NEED: entry(403, '不能认领自己家的求助', 'A household cannot claim its own need'),
  HOLDS_EXCEEDED: entry(422, '您未寄出的认领已达上限', 'As many unsent claims as allowed'),
  LINE_UNKNOWN: entry(422, '没有这一行物品', 'The need has no such line'),
  OWN_PLEDGE: entry(403, '不能确认自己捐赠的物品', 'A donor cannot establish receipt of his own gift'),
  HOLD_PAUSED: entry(
    409,
    '需求正在核实，保留时间已暂停计算，不需要延期',
    'The hold stands still while its need is being checked',
  ),
  NOT_A_POINT_DELIVERY: entry(409, '该认领不经村级服务点交付', 'This pledge does not go through the village point'),
  CERTIFICATE_NOT_READY: entry(409, '确认收到帮助后才能领取感谢信', 'There is a certificate once the help is received'),
  PICKUP_CODE_WRONG: entry(422, '取件码不正确', 'The pickup code is wrong'),
  PICKUP_CODE_LOCKED: entry(403, '取件码错误次数过多，请由村干部核对身份后代为交付', 'Too many wrong pickup codes'),

  // Households
  HOUSEHOLD_MISMATCH: entry(422, '户号、姓名和身份证号与登记不符', 'Number, name and ID do not match the register'),
  HOUSEHOLD_LINKED: entry(409, '账号已属于一个家庭', 'The account belongs to a household already'),
} as const satisfies Record<string, CatalogueEntry>;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** One faulty field. `pointer` is a JSON Pointer into body, query, path or headers, e.g. `/body/lines/0/quantity`. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface ProblemOptions {
  /** A sentence for a developer; never personal data. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number;
  /** Further members of the answer: `stage`, `allowed`, `limit` … Codes and numbers only. */
  readonly members?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error that is an answer. Throw it anywhere below a route's handler; the API turns it into problem+json. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    // Answers to callers are expected: where in our code they were made helps nobody, and costs more than they do.
    const { stackTraceLimit } = Error;
    if (PROBLEMS[code].status < 500) Error.stackTraceLimit = 0;
    super(options.detail ?? PROBLEMS[code].en, { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Problem';
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.options = options;
  }
}

/** `throw problem('NOT_FOUND')` */
export const problem = (code: ProblemCode, options?: ProblemOptions): Problem => new Problem(code, options);

/** A rule broken by one field: `throw fieldProblem('REGION_UNKNOWN', '/body/regionCode', 'no such region')`. */
export const fieldProblem = (code: ProblemCode, pointer: string, detail: string): Problem =>
  new Problem(code, { detail, errors: [{ pointer, code, detail }] });

/** What a decider refused, as an answer. A code missing in the catalogue is a bug in Bangfu, yet not the caller's: 409. */
export function problemForRefusal(refusal: Refusal): Problem {
  const members = refusal.detail ?? {};
  const { member } = members;
  // What a case finds wrong with a request is a field of its body.
  if (refusal.code === 'INVALID_REQUEST' && typeof member === 'string') {
    const errors = [{ pointer: `/body/${member}`, code: 'INVALID_REQUEST', detail: 'does not fit this case' }];
    return new Problem('INVALID_REQUEST', { members, errors });
  }
  if (isProblemCode(refusal.code)) return new Problem(refusal.code, { members });
  return new Problem('NOT_ALLOWED_IN_STAGE', { detail: refusal.code, members: { ...members, refusal: refusal.code } });
}

/** RFC 9457 body. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly errors: readonly FieldError[];
  readonly [member: string]: unknown;
}

const typeUri = (code: ProblemCode): string => `/problems/${code.toLowerCase().replaceAll('_', '-')}`;

/** The answer for a problem. Extra members never replace the standard ones. */
export const problemBody = (p: Problem, language: Language, instance: string, requestId: string): ProblemBody => ({
  ...p.options.members,
  type: typeUri(p.code),
  title: PROBLEMS[p.code][language],
  status: p.status,
  ...(p.options.detail === undefined ? {} : { detail: p.options.detail }),
  instance,
  code: p.code,
  requestId,
  errors: p.options.errors ?? [],
});
