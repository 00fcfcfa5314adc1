namespace Def { export const f = () => "ns f"; } export namespace Inner { export let y = "inner"; } export default Def;
