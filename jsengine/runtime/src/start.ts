// The hooks the engine calls.

import { bake } from "./modules.ts";

// install hands the hooks to the engine and finishes what is baked into the image.
export function install(): void {
  bake();
}
