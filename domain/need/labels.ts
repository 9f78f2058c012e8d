import type { NeedState, Progress } from './types.ts';

/** What people call a need's progress. Derived each time, never stored: the stage alone decides what may happen. */
export type NeedLabel = 'partlyMatched' | 'delivering' | 'partlyDelivered' | 'delivered';

/** Labels of a public or matched need, none before anything is pledged. */
export function needLabels({ committed, sent, received }: Progress): readonly NeedLabel[] {
  if (received === 'all') return ['delivered'];
  const labels: NeedLabel[] = [];
  if (committed === 'part') labels.push('partlyMatched');
  if (received === 'part') labels.push('partlyDelivered');
  if (sent !== 'none' && sent !== received) labels.push('delivering');
  return labels;
}

const CHINESE: Record<NeedLabel, string> = {
  partlyMatched: '部分认领',
  delivering: '配送中',
  partlyDelivered: '部分收到',
  delivered: '已收到',
};

const STAGES: Record<NeedState['stage'], string> = {
  draft: '草稿',
  submitted: '已提交',
  underReview: '审核中',
  returned: '退回修改',
  withheld: '已通过，暂不公开',
  published: '已发布',
  paused: '暂停认领',
  challenged: '质疑核实中',
  matched: '已认领',
  refused: '未通过',
  takenDown: '已下架',
  handedOff: '转办',
  following: '回访中',
  parked: '待平台处理',
  closed: '已结束',
  withdrawn: '已撤回',
  cancelled: '已取消',
};

export const labelInChinese = (label: NeedLabel): string => CHINESE[label];
export const stageInChinese = (stage: NeedState['stage']): string => STAGES[stage];
