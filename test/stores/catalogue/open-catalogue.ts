import { type Catalogue, createCatalogue } from '../../../stores/catalogue/catalogue.ts';
import { freshDatabase } from '../../support/stack.ts';

/** A catalogue with empty tables, on a database of its own. The test closes it. */
export async function openCatalogue(): Promise<Catalogue> {
  const catalogue = createCatalogue(await freshDatabase());
  await catalogue.migrate();
  return catalogue;
}
