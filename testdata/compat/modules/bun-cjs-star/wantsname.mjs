import { no } from './nodefault.mjs';
