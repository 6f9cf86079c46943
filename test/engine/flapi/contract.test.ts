import { engineContract } from '../contract.ts';
import { standInEngine } from './stand-in.ts';

// Every render starts a program of its own.
engineContract({
  name: 'the FilmLight engine on a stand-in that renders what the wire told it',
  make: () => standInEngine(),
  decodes: { dpx: 0.002 },
  route: 'reference',
});
