const Comp = (p: any) => p.children; const props = { b: 2 }; const show = (e: any) => JSON.stringify(e, (k, v) => (typeof v === "function" ? "fn " + v.name : v));
console.log(show(<div />)); console.log(show(<div id="a" {...props} data-x={1}>text {1 + 1} <b>bold</b></div>)); console.log(show(<><i /><Comp key="k">x</Comp></>)); console.log(show(<Comp.Sub a />)); console.log(show(<div {...props} key="late" />)); console.log(show(<p>{[1, 2].map((n) => <li key={n}>{n}</li>)}</p>)); console.log(show(<a-b c:d="e" />), show(<p>  multi
  line &amp; &copy; {"str"}  </p>)); Comp.Sub = function Sub() {};
import { view } from "./view.jsx"; console.log(show(view));
