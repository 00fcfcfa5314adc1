export default "x.tsx" as string;
