/** @jsxImportSource other */
export const p = <i>pragma</i>;
