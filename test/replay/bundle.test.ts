import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { expect } from 'chai';
import { bundleOf, quiet } from '../support/cases.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What may be in the code that replays for months: our pure folders, and what Temporal itself puts there. */
const OURS = /^(workflows|domain)\/|^contracts\/(cases|search-attributes)\.ts$/;
const PACKAGES = /^node_modules\/(@temporalio\/(workflow|common)|nexus-rpc|long|ms)\//;

/** Files of the bundle, from the source map at its end, as paths of this repository. */
function filesIn({ code }: { code: string }): string[] {
  const map = code.slice(code.lastIndexOf('base64,') + 'base64,'.length).trim();
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as { sources: string[] };
  return sources
    .map((source) => source.replace(/^webpack:\/\/[^/]*\//, '').replace(/^\.\//, ''))
    .map((source) => (source.startsWith(ROOT) ? source.slice(ROOT.length) : source))
    .filter((source) => /\.[cm]?[jt]s$/.test(source));
}

const strangers = (files: string[]): string[] => files.filter((file) => !OURS.test(file) && !PACKAGES.test(file));

describe('the built workflow bundle', function () {
  this.timeout(60_000);

  it('holds the workflows, the domain, the contracts without zod, and nothing else', async () => {
    const files = filesIn(await bundleOf('../workflows/index.ts'));
    expect(files).to.include('workflows/case.ts').and.to.include('domain/need/decide.ts');
    expect(strangers(files)).to.deep.equal([]);
  });

  it('would show a module that does not belong there', async () => {
    const folder = await mkdtemp(join(ROOT, 'workflows', '.bundle-test-'));
    try {
      const entry = join(folder, 'index.ts');
      await writeFile(entry, "export { z } from 'zod';\nexport { problem } from '../../contracts/problems.ts';\n");
      const found = strangers(filesIn(await bundleWorkflowCode({ workflowsPath: entry, logger: quiet })));
      expect(found.some((file) => file.startsWith('node_modules/zod/'))).to.equal(true);
      expect(found).to.include('contracts/problems.ts');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
