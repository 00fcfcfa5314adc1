export default "both.ts" as string;
