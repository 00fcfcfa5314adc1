export interface Shape { kind: string } export type Other = { a: number }; export const value = "value";
