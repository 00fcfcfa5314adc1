export default "dflt"; export const a = "a"; export const { destr, ...rest } = { destr: 1, o: 2 }, [, deep] = [1, 2];
