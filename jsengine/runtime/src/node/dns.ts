// node:dns. Names are looked up by the host, those that the egress policy lets the
// program reach; nothing else of DNS can be asked.

import {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypePush, Error_, NumberIsInteger, ObjectKeys, RegExpPrototypeExec, StringPrototypeIncludes, StringPrototypeToLowerCase, StringPrototypeToUpperCase, TypeError_, RangeError_, setOwn, then, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { errnoOf } from "./system_errors.ts";
import { tidy } from "./names.ts";
import { nextTick } from "../timers.ts";
import { isIP } from "./net.ts";
import { observed, publishNode } from "../performance.ts";
import { brief, coded, invalidArgType, invalidArgValue, received, validateFunction, validateString } from "./errors.ts";

const codes: any = {
  NODATA: "ENODATA", FORMERR: "EFORMERR", SERVFAIL: "ESERVFAIL", NOTFOUND: "ENOTFOUND", NOTIMP: "ENOTIMP", REFUSED: "EREFUSED", BADQUERY: "EBADQUERY", BADNAME: "EBADNAME", BADFAMILY: "EBADFAMILY", BADRESP: "EBADRESP", CONNREFUSED: "ECONNREFUSED", TIMEOUT: "ETIMEOUT", EOF: "EOF", FILE: "EFILE", NOMEM: "ENOMEM", DESTRUCTION: "EDESTRUCTION", BADSTR: "EBADSTR", BADFLAGS: "EBADFLAGS", NONAME: "ENONAME", BADHINTS: "EBADHINTS", NOTINITIALIZED: "ENOTINITIALIZED", LOADIPHLPAPI: "ELOADIPHLPAPI", ADDRGETNETWORKPARAMS: "EADDRGETNETWORKPARAMS", CANCELLED: "ECANCELLED",
};

const orders = ["verbatim", "ipv4first", "ipv6first"];
let order = "verbatim";
let servers: string[] = ["127.0.0.1"];

function oneOf(name: string, value: any, list: string): Error {
  return coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The ${StringPrototypeIncludes(name, ".") ? "property" : "argument"} '${name}' must be one of: ${list}. Received ${brief(value)}`);
}

function dnsError(e: any, syscall: string, hostname: string): any {
  if (e?.code === "ENOTFOUND") {
    const out: any = new Error_(`${syscall} ENOTFOUND ${hostname}`);
    setOwn(out, "errno", errnoOf("ENOTFOUND"));
    setOwn(out, "code", "ENOTFOUND");
    setOwn(out, "syscall", syscall);
    setOwn(out, "hostname", hostname);
    return out;
  }
  return e;
}

interface Options {
  family: number;
  all: boolean;
  order: string;
  hints: number;
}

// lookupOptions checks the arguments of a look-up.
export function lookupOptions(hostname: any, o: any): Options {
  if (hostname) validateString(hostname, "hostname");
  const r: Options = { family: 0, all: false, order, hints: 0 };
  if (typeof o === "number") {
    if (o !== 0 && o !== 4 && o !== 6) throw oneOf("family", o, "0, 4, 6");
    r.family = o;
    return r;
  }
  if (o === undefined || o === null) return r;
  if (typeof o !== "object") throw invalidArgType("options", ["integer", "object"], o);
  if (o.hints != null) {
    if (typeof o.hints !== "number") throw invalidArgType("options.hints", "number", o.hints);
    if ((o.hints & ~(8 | 16 | 32)) !== 0) throw invalidArgValue("hints", o.hints);
    r.hints = o.hints;
  }
  if (o.family != null) {
    const f = o.family === "IPv4" ? 4 : o.family === "IPv6" ? 6 : o.family;
    if (f !== 0 && f !== 4 && f !== 6) throw oneOf("options.family", o.family, "0, 4, 6");
    r.family = f;
  }
  if (o.all != null) {
    if (typeof o.all !== "boolean") throw invalidArgType("options.all", "boolean", o.all);
    r.all = o.all;
  }
  if (o.verbatim != null) {
    if (typeof o.verbatim !== "boolean") throw invalidArgType("options.verbatim", "boolean", o.verbatim);
    r.order = o.verbatim ? "verbatim" : "ipv4first";
  }
  if (o.order != null) {
    if (!ArrayPrototypeIncludes(orders, o.order)) throw oneOf("options.order", o.order, "'verbatim', 'ipv4first', 'ipv6first'");
    r.order = o.order;
  }
  return r;
}

// addresses are a name's, by the host; an address and localhost need no host.
function addresses(hostname: string, family: number): Promise<string[]> {
  const d = withResolvers<string[]>();
  if (isIP(hostname) !== 0) d.resolve([hostname]);
  else if (StringPrototypeToLowerCase(hostname) === "localhost") d.resolve(family === 6 ? ["::1"] : ["127.0.0.1"]);
  else void then(host.async(OP["dns.lookup"]!, hostname), (list: any) => d.resolve(list), d.reject);
  return d.promise;
}

function find(hostname: any, o: Options, cb: (e: any, list?: { address: string; family: number }[]) => void): void {
  void then(addresses(hostname, o.family), (list) => {
    const out: { address: string; family: number }[] = [];
    const add = (f: number): void => {
      for (let i = 0; i < list.length; i++) {
        const is = isIP(list[i]);
        if ((f === 0 || is === f) && (o.family === 0 || is === o.family || list.length === 1)) ArrayPrototypePush(out, { address: list[i]!, family: is });
      }
    };
    if (o.order === "verbatim") add(0);
    else {
      add(o.order === "ipv4first" ? 4 : 6);
      add(o.order === "ipv4first" ? 6 : 4);
    }
    if (out.length === 0) cb(dnsError({ code: "ENOTFOUND" }, "getaddrinfo", hostname));
    else cb(null, out);
  }, (e) => cb(dnsError(e, "getaddrinfo", hostname)));
}

// looked finds a name's addresses and gives what the options ask for: all of them, or the first.
function looked(hostname: any, o: Options, cb: (e: any, v?: any) => void): void {
  const began = observed("dns") && isIP(hostname) === 0 ? host.now() : -1;
  find(hostname, o, (e, list) => {
    if (e) return cb(e);
    const v: any = o.all ? list : list![0];
    if (began >= 0) publishNode("dns", "lookup", began, { hostname, family: o.family, hints: o.hints, verbatim: o.order === "verbatim", order: o.order, addresses: o.all ? v : [v.address] });
    cb(null, v);
  });
}

export function lookup(hostname: any, options: any, callback?: any): any {
  if (typeof options === "function") {
    callback = options;
    options = undefined;
  }
  if (hostname) validateString(hostname, "hostname");
  if (callback === undefined && typeof options !== "object") validateFunction(callback, "callback");
  const o = lookupOptions(hostname, options);
  validateFunction(callback, "callback");
  if (!hostname) {
    if (o.all) nextTick(callback, null, []);
    else nextTick(callback, null, null, o.family === 6 ? 6 : 4);
    return {};
  }
  looked(hostname, o, (e, v) => {
    if (e) nextTick(callback, e);
    else if (o.all) nextTick(callback, null, v);
    else nextTick(callback, null, v.address, v.family);
  });
  return {};
}

function lookupPromise(hostname: any, options?: any): Promise<any> {
  const o = lookupOptions(hostname, options);
  const d = withResolvers<any>();
  if (!hostname) d.resolve(o.all ? [] : { address: null, family: o.family === 6 ? 6 : 4 });
  else looked(hostname, o, (e, v) => (e ? d.reject(e) : d.resolve(v)));
  return d.promise;
}

function onlyAddresses(what: string): Error {
  return coded(Error_, "ERR_CAPABILITY_DENIED", `${what} records cannot be looked up in this sandbox: addresses can, of hosts that the program may reach`);
}

const types = ["A", "AAAA", "ANY", "CAA", "CNAME", "MX", "NAPTR", "NS", "PTR", "SOA", "SRV", "TXT"];

function query(type: string, name: any, done: (e: any, v?: any) => void): void {
  validateString(name, "name");
  const began = observed("dns") ? host.now() : -1;
  if (type !== "A" && type !== "AAAA") {
    nextTick(done, onlyAddresses(type));
    return;
  }
  find(name, { family: type === "A" ? 4 : 6, all: true, order: "verbatim", hints: 0 }, (e, list) => {
    if (e) return done(dnsError(e, type === "A" ? "queryA" : "queryAaaa", name));
    const out: string[] = [];
    for (let i = 0; i < list!.length; i++) ArrayPrototypePush(out, list![i]!.address);
    if (began >= 0) publishNode("dns", type === "A" ? "queryA" : "queryAaaa", began, { host: name, ttl: false, result: out });
    done(null, out);
  });
}

function resolver(type: string): any {
  return (name: any, options: any, cb?: any): any => {
    if (typeof options === "function") cb = options;
    validateString(name, "name");
    validateFunction(cb, "callback");
    query(type, name, (e, v) => nextTick(cb, e, v));
    return {};
  };
}

function resolverPromise(type: string): any {
  return (name: any): Promise<any> => {
    const d = withResolvers<any>();
    query(type, name, (e, v) => (e ? d.reject(e) : d.resolve(v)));
    return d.promise;
  };
}

function typeOf(rrtype: any): string {
  if (typeof rrtype !== "string") throw invalidArgType("rrtype", "string", rrtype);
  const t = StringPrototypeToUpperCase(rrtype);
  if (!ArrayPrototypeIncludes(types, t)) throw invalidArgValue("rrtype", rrtype);
  return t;
}

function resolve(name: any, rrtype: any, cb?: any): any {
  if (typeof rrtype === "function") {
    cb = rrtype;
    rrtype = "A";
  }
  return resolver(typeOf(rrtype))(name, cb);
}

function reverse(ip: any, cb: any): void {
  validateString(ip, "name");
  validateFunction(cb, "callback");
  if (isIP(ip) === 0) {
    const e: any = new Error_(`getHostByAddr EINVAL ${ip}`);
    setOwn(e, "errno", -22);
    setOwn(e, "code", "EINVAL");
    setOwn(e, "syscall", "getHostByAddr");
    setOwn(e, "hostname", ip);
    throw e;
  }
  nextTick(cb, onlyAddresses("PTR"));
}

function lookupService(address: any, port: any, cb: any): void {
  if (isIP(address) === 0) throw invalidArgValue("address", address);
  if (!NumberIsInteger(+port) || +port < 0 || +port > 65535) throw coded(RangeError_, "ERR_SOCKET_BAD_PORT", `Port should be >= 0 and < 65536.${received(port)}.`);
  validateFunction(cb, "callback");
  nextTick(cb, onlyAddresses("PTR"));
}

const serverText = /^\[([^[\]]*)\](?::(\d+))?$|^([^:]+)(?::(\d+))?$/;

function parseServers(list: any): string[] {
  if (!ArrayIsArray(list)) throw invalidArgType("servers", "Array", list);
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const s = list[i];
    validateString(s, `servers[${i}]`);
    if (isIP(s) !== 0) {
      ArrayPrototypePush(out, s);
      continue;
    }
    const m = RegExpPrototypeExec(serverText, s);
    const ip = m === null ? "" : m[1] ?? m[3];
    const port = m === null ? undefined : m[2] ?? m[4];
    if (isIP(ip) === 0) throw coded(TypeError_, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${s}`);
    ArrayPrototypePush(out, port === undefined || port === "53" ? ip : isIP(ip) === 6 ? `[${ip}]:${port}` : `${ip}:${port}`);
  }
  return out;
}

function copy(list: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, list[i]!);
  return out;
}

const setServers = (list: any): void => {
  servers = parseServers(list);
};
const getServers = (): string[] => copy(servers);
const getDefaultResultOrder = (): string => order;
const setDefaultResultOrder = (v: any): void => {
  if (!ArrayPrototypeIncludes(orders, v)) throw oneOf("dnsOrder", v, "'verbatim', 'ipv4first', 'ipv6first'");
  order = v;
};

const names: [string, string][] = [["resolve4", "A"], ["resolve6", "AAAA"], ["resolveAny", "ANY"], ["resolveCaa", "CAA"], ["resolveCname", "CNAME"], ["resolveMx", "MX"], ["resolveNaptr", "NAPTR"], ["resolveNs", "NS"], ["resolvePtr", "PTR"], ["resolveSoa", "SOA"], ["resolveSrv", "SRV"], ["resolveTxt", "TXT"]];

class Resolver {
  #servers = copy(servers);
  cancel(): void {}
  getServers(): string[] { return copy(this.#servers); }
  setServers(list: any): void { this.#servers = parseServers(list); }
  setLocalAddress(): void {}
}
class PromisesResolver {
  #servers = copy(servers);
  cancel(): void {}
  getServers(): string[] { return copy(this.#servers); }
  setServers(list: any): void { this.#servers = parseServers(list); }
  setLocalAddress(): void {}
}

const resolvePromise = (name: any, rrtype: any = "A"): Promise<any> => resolverPromise(typeOf(rrtype))(name);
const failing = (f: any): any => (...args: any[]) => {
  const d = withResolvers<any>();
  const cb = (e: any, v: any): void => (e ? d.reject(e) : d.resolve(v));
  if (args.length > 1) f(args[0], args[1], cb);
  else f(args[0], cb);
  return d.promise;
};

const promises: any = { lookup: lookupPromise, lookupService: failing(lookupService), Resolver: PromisesResolver, getDefaultResultOrder, setDefaultResultOrder, setServers };
const dns: any = { lookup, lookupService, Resolver, getDefaultResultOrder, setDefaultResultOrder, setServers, ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8 };
{
  const list = ObjectKeys(codes);
  for (let i = 0; i < list.length; i++) {
    setOwn(dns, list[i]!, codes[list[i]!]);
    setOwn(promises, list[i]!, codes[list[i]!]);
  }
  setOwn(dns, "getServers", getServers);
  setOwn(promises, "getServers", getServers);
  setOwn(dns, "resolve", resolve);
  setOwn(promises, "resolve", resolvePromise);
  for (let i = 0; i < names.length; i++) {
    const f = resolver(names[i]![1]), p = resolverPromise(names[i]![1]);
    setOwn(dns, names[i]![0], f);
    setOwn(promises, names[i]![0], p);
    setOwn(Resolver.prototype, names[i]![0], f);
    setOwn(PromisesResolver.prototype, names[i]![0], p);
  }
  setOwn(dns, "reverse", reverse);
  setOwn(promises, "reverse", failing(reverse));
  setOwn(Resolver.prototype, "resolve", resolve);
  setOwn(Resolver.prototype, "reverse", reverse);
  setOwn(PromisesResolver.prototype, "resolve", resolvePromise);
  setOwn(PromisesResolver.prototype, "reverse", failing(reverse));
  setOwn(dns, "promises", promises);
}
register(["node:dns", "dns"], () => tidy(dns));
register(["node:dns/promises", "dns/promises"], () => tidy(promises));
