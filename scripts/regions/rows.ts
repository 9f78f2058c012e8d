/** Region rows of all 665,000 units of the package, for the full import. */
import { createRegister, type Region } from '../../infra/region-rows.ts';
import { sourceUnits } from './source.ts';

export async function* fullRows(): AsyncGenerator<Region> {
  const register = createRegister();
  for await (const unit of sourceUnits()) yield register.complete(unit);
  yield* register.abolished();
}
