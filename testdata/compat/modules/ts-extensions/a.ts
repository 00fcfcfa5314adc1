export default "a.ts" as string;
