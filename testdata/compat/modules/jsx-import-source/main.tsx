const show = (e: any) => JSON.stringify(e); console.log(show(<div a="1">x</div>)); console.log(show(<><b /></>)); import { p } from "./pragma"; console.log(show(p));
