import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Registry } from 'prom-client';

/** A process's own registry with the default process metrics, all labelled with the service. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

type Labels<L extends string> = readonly L[];

/** Seconds, from a fast read to a call that waited for its limit. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

// Each helper returns the metric that already has the name: a module may ask for it wherever it needs it.

export function counter<L extends string>(registry: Registry, name: string, help: string, labelNames: Labels<L> = []) {
  const known = registry.getSingleMetric(name) as Counter<L> | undefined;
  return known ?? new Counter<L>({ name, help, labelNames: [...labelNames], registers: [registry] });
}

export function gauge<L extends string>(registry: Registry, name: string, help: string, labelNames: Labels<L> = []) {
  const known = registry.getSingleMetric(name) as Gauge<L> | undefined;
  return known ?? new Gauge<L>({ name, help, labelNames: [...labelNames], registers: [registry] });
}

export function histogram<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: Labels<L> = [],
  buckets: readonly number[] = SECONDS,
) {
  const known = registry.getSingleMetric(name) as Histogram<L> | undefined;
  const options = { name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [registry] };
  return known ?? new Histogram<L>(options);
}
