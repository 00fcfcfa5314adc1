import d from './nodefault.mjs';
