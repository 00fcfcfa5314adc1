// Intrinsics captured before any guest code runs.
//
// The bundle is evaluated once, when the image is made; from then on a guest may
// replace Array.prototype.push, Promise.prototype.then, Symbol.iterator, JSON or a
// setter on Object.prototype. Runtime code therefore uses only what this file
// exports, and none of the syntax that looks intrinsics up again: no for-of,
// spread or destructuring of iterables (use index loops; iterate() for what a
// guest passes in), no method calls on built-in values (x.slice()), no
// `obj.newKey = v` on an object that inherits from Object.prototype (write the
// literal whole, or start from `{ __proto__: null }`), no `await` of a promise
// that is not passed through own().
//
// Names follow Node's: ArrayPrototypePush(array, value), ObjectKeys(o).

// An uncurried method: the receiver comes first.
export type Uncurried = (self: any, ...args: any[]) => any;

const { call, bind, apply } = Function.prototype;

// uncurryThis turns a method into a function of its receiver and arguments.
export const uncurryThis: (fn: (...args: any[]) => any) => Uncurried = bind.bind(call) as any;

export const FunctionPrototypeCall = uncurryThis(call);
export const FunctionPrototypeApply = uncurryThis(apply);
export const FunctionPrototypeBind = uncurryThis(bind);
export const FunctionPrototypeToString = uncurryThis(Function.prototype.toString) as (self: Function) => string;
export const FunctionPrototypeSymbolHasInstance = uncurryThis(Function.prototype[Symbol.hasInstance]) as (self: Function, v: unknown) => boolean;

// getterOf is an accessor of o as a function of its receiver.
export function getterOf(o: object, key: PropertyKey): (self: any) => any {
  return uncurryThis(Object.getOwnPropertyDescriptor(o, key)!.get!);
}

export const globalObject = globalThis as any;
export const ParseInt = globalThis.parseInt;
export const ParseFloat = globalThis.parseFloat;
export const EncodeURIComponent = globalThis.encodeURIComponent;
export const DecodeURIComponent = globalThis.decodeURIComponent;
export const EncodeURI = globalThis.encodeURI;
export const DecodeURI = globalThis.decodeURI;
export const Array_ = globalThis.Array;
export const ArrayBuffer_ = globalThis.ArrayBuffer;
export const BigInt_ = globalThis.BigInt;
export const BigIntAsUintN = globalThis.BigInt.asUintN;
export const Boolean_ = globalThis.Boolean;
export const DataView_ = globalThis.DataView;
export const Date_ = globalThis.Date;
export const Error_ = globalThis.Error;
export const AggregateError_ = globalThis.AggregateError;
export const EvalError_ = globalThis.EvalError;
export const RangeError_ = globalThis.RangeError;
export const ReferenceError_ = globalThis.ReferenceError;
export const SyntaxError_ = globalThis.SyntaxError;
export const TypeError_ = globalThis.TypeError;
export const URIError_ = globalThis.URIError;
export const Function_ = globalThis.Function;
export const Map_ = globalThis.Map;
export const Number_ = globalThis.Number;
export const Object_ = globalThis.Object;
export const Promise_ = globalThis.Promise;
export const Proxy_ = globalThis.Proxy;
export const RegExp_ = globalThis.RegExp;
export const Set_ = globalThis.Set;
export const String_ = globalThis.String;
export const Symbol_ = globalThis.Symbol;
export const WeakMap_ = globalThis.WeakMap;
export const WeakRef_ = globalThis.WeakRef;
export const WeakSet_ = globalThis.WeakSet;
export const FinalizationRegistry_ = globalThis.FinalizationRegistry;
export const Uint8Array_ = globalThis.Uint8Array;
export const Uint8ClampedArray_ = globalThis.Uint8ClampedArray;
export const Int8Array_ = globalThis.Int8Array;
export const Uint16Array_ = globalThis.Uint16Array;
export const Int16Array_ = globalThis.Int16Array;
export const Uint32Array_ = globalThis.Uint32Array;
export const Int32Array_ = globalThis.Int32Array;
export const Float32Array_ = globalThis.Float32Array;
export const Float64Array_ = globalThis.Float64Array;
export const BigInt64Array_ = globalThis.BigInt64Array;
export const BigUint64Array_ = globalThis.BigUint64Array;
export const SharedArrayBuffer_ = globalThis.SharedArrayBuffer;
export const Float16Array_ = (globalThis as any).Float16Array as any;
export const NumberMAX_SAFE_INTEGER = 9007199254740991;

export const ObjectAssign = Object.assign;
export const ObjectCreate = Object.create;
export const ObjectDefineProperties = Object.defineProperties;
export const ObjectDefineProperty = Object.defineProperty;
export const ObjectEntries = Object.entries;
export const ObjectFreeze = Object.freeze;
export const ObjectFromEntries = Object.fromEntries;
export const ObjectGetOwnPropertyDescriptor = Object.getOwnPropertyDescriptor;
export const ObjectGetOwnPropertyDescriptors = Object.getOwnPropertyDescriptors;
export const ObjectGetOwnPropertyNames = Object.getOwnPropertyNames;
export const ObjectGetOwnPropertySymbols = Object.getOwnPropertySymbols;
export const ObjectGetPrototypeOf = Object.getPrototypeOf;
export const ObjectIs = Object.is;
export const ObjectIsExtensible = Object.isExtensible;
export const ObjectIsFrozen = Object.isFrozen;
export const ObjectIsSealed = Object.isSealed;
export const ObjectKeys = Object.keys;
export const ObjectPreventExtensions = Object.preventExtensions;
export const ObjectSeal = Object.seal;
export const ObjectSetPrototypeOf = Object.setPrototypeOf;
export const ObjectValues = Object.values;

export const ObjectPrototypeHasOwnProperty = uncurryThis(Object.prototype.hasOwnProperty) as Uncurried;
export const ObjectPrototypeIsPrototypeOf = uncurryThis(Object.prototype.isPrototypeOf) as Uncurried;
export const ObjectPrototypePropertyIsEnumerable = uncurryThis(Object.prototype.propertyIsEnumerable) as Uncurried;
export const ObjectPrototypeToString = uncurryThis(Object.prototype.toString) as Uncurried;

export const ObjectHasOwn = (Object as any).hasOwn as (o: object, key: PropertyKey) => boolean;
export const ReflectApply = Reflect.apply;
export const ReflectConstruct = Reflect.construct;
export const ReflectDefineProperty = Reflect.defineProperty;
export const ReflectDeleteProperty = Reflect.deleteProperty;
export const ReflectGet = Reflect.get;
export const ReflectGetOwnPropertyDescriptor = Reflect.getOwnPropertyDescriptor;
export const ReflectGetPrototypeOf = Reflect.getPrototypeOf;
export const ReflectHas = Reflect.has;
export const ReflectIsExtensible = Reflect.isExtensible;
export const ReflectOwnKeys = Reflect.ownKeys;
export const ReflectPreventExtensions = Reflect.preventExtensions;
export const ReflectSet = Reflect.set;
export const ReflectSetPrototypeOf = Reflect.setPrototypeOf;

export const JSONParse = JSON.parse;
export const JSONStringify = JSON.stringify;

export const MathAbs = Math.abs;
export const MathCeil = Math.ceil;
export const MathFloor = Math.floor;
export const MathMax = Math.max;
export const MathMin = Math.min;
export const MathPow = Math.pow;
export const MathRandom = Math.random;
export const MathRound = Math.round;
export const MathSign = Math.sign;
export const MathTrunc = Math.trunc;
export const MathLog10 = Math.log10;
export const MathLog2 = Math.log2;
export const MathImul = Math.imul;
export const MathClz32 = Math.clz32;

export const NumberIsFinite = Number.isFinite;
export const NumberIsInteger = Number.isInteger;
export const NumberIsNaN = Number.isNaN;
export const NumberIsSafeInteger = Number.isSafeInteger;
export const NumberPrototypeToFixed = uncurryThis(Number.prototype.toFixed) as Uncurried;
export const NumberPrototypeToPrecision = uncurryThis(Number.prototype.toPrecision) as Uncurried;
export const NumberPrototypeToString = uncurryThis(Number.prototype.toString) as Uncurried;
export const NumberPrototypeValueOf = uncurryThis(Number.prototype.valueOf) as Uncurried;

export const BigIntPrototypeToString = uncurryThis(BigInt.prototype.toString) as Uncurried;
export const BigIntPrototypeValueOf = uncurryThis(BigInt.prototype.valueOf) as Uncurried;

export const BooleanPrototypeToString = uncurryThis(Boolean.prototype.toString) as Uncurried;
export const BooleanPrototypeValueOf = uncurryThis(Boolean.prototype.valueOf) as Uncurried;

export const ArrayIsArray = Array.isArray;
export const ArrayFrom = (Array as any).from.bind(Array) as (x: any, f?: any) => any[];
export const ArrayOf = (Array as any).of.bind(Array) as (...x: any[]) => any[];
export const ArrayPrototypeAt = uncurryThis(Array.prototype.at) as Uncurried;
export const ArrayPrototypeConcat = uncurryThis(Array.prototype.concat) as Uncurried;
export const ArrayPrototypeCopyWithin = uncurryThis(Array.prototype.copyWithin) as Uncurried;
export const ArrayPrototypeEntries = uncurryThis(Array.prototype.entries) as Uncurried;
export const ArrayPrototypeEvery = uncurryThis(Array.prototype.every) as Uncurried;
export const ArrayPrototypeFill = uncurryThis(Array.prototype.fill) as Uncurried;
export const ArrayPrototypeFilter = uncurryThis(Array.prototype.filter) as Uncurried;
export const ArrayPrototypeFind = uncurryThis(Array.prototype.find) as Uncurried;
export const ArrayPrototypeFindIndex = uncurryThis(Array.prototype.findIndex) as Uncurried;
export const ArrayPrototypeFindLast = uncurryThis(Array.prototype.findLast) as Uncurried;
export const ArrayPrototypeFindLastIndex = uncurryThis(Array.prototype.findLastIndex) as Uncurried;
export const ArrayPrototypeFlat = uncurryThis(Array.prototype.flat) as Uncurried;
export const ArrayPrototypeFlatMap = uncurryThis(Array.prototype.flatMap) as Uncurried;
export const ArrayPrototypeForEach = uncurryThis(Array.prototype.forEach) as Uncurried;
export const ArrayPrototypeIncludes = uncurryThis(Array.prototype.includes) as Uncurried;
export const ArrayPrototypeIndexOf = uncurryThis(Array.prototype.indexOf) as Uncurried;
export const ArrayPrototypeJoin = uncurryThis(Array.prototype.join) as Uncurried;
export const ArrayPrototypeKeys = uncurryThis(Array.prototype.keys) as Uncurried;
export const ArrayPrototypeLastIndexOf = uncurryThis(Array.prototype.lastIndexOf) as Uncurried;
export const ArrayPrototypeMap = uncurryThis(Array.prototype.map) as Uncurried;
export const ArrayPrototypePop = uncurryThis(Array.prototype.pop) as Uncurried;
export const ArrayPrototypePush = uncurryThis(Array.prototype.push) as Uncurried;
export const ArrayPrototypeReduce = uncurryThis(Array.prototype.reduce) as Uncurried;
export const ArrayPrototypeReduceRight = uncurryThis(Array.prototype.reduceRight) as Uncurried;
export const ArrayPrototypeReverse = uncurryThis(Array.prototype.reverse) as Uncurried;
export const ArrayPrototypeShift = uncurryThis(Array.prototype.shift) as Uncurried;
export const ArrayPrototypeSlice = uncurryThis(Array.prototype.slice) as Uncurried;
export const ArrayPrototypeSome = uncurryThis(Array.prototype.some) as Uncurried;
export const ArrayPrototypeSort = uncurryThis(Array.prototype.sort) as Uncurried;
export const ArrayPrototypeSplice = uncurryThis(Array.prototype.splice) as Uncurried;
export const ArrayPrototypeUnshift = uncurryThis(Array.prototype.unshift) as Uncurried;
export const ArrayPrototypeValues = uncurryThis(Array.prototype.values) as Uncurried;

export const ArrayPrototypeSymbolIterator = uncurryThis(Array.prototype[Symbol.iterator]);
export const StringFromCharCode = String.fromCharCode;
export const StringFromCodePoint = String.fromCodePoint;
export const StringRaw = String.raw;
export const StringPrototypeAt = uncurryThis(String.prototype.at) as Uncurried;
export const StringPrototypeCharAt = uncurryThis(String.prototype.charAt) as Uncurried;
export const StringPrototypeCharCodeAt = uncurryThis(String.prototype.charCodeAt) as Uncurried;
export const StringPrototypeCodePointAt = uncurryThis(String.prototype.codePointAt) as Uncurried;
export const StringPrototypeConcat = uncurryThis(String.prototype.concat) as Uncurried;
export const StringPrototypeEndsWith = uncurryThis(String.prototype.endsWith) as Uncurried;
export const StringPrototypeIncludes = uncurryThis(String.prototype.includes) as Uncurried;
export const StringPrototypeIndexOf = uncurryThis(String.prototype.indexOf) as Uncurried;
export const StringPrototypeLastIndexOf = uncurryThis(String.prototype.lastIndexOf) as Uncurried;
export const StringPrototypeLocaleCompare = uncurryThis(String.prototype.localeCompare) as Uncurried;
export const StringPrototypeMatch = uncurryThis(String.prototype.match) as Uncurried;
export const StringPrototypeMatchAll = uncurryThis(String.prototype.matchAll) as Uncurried;
export const StringPrototypeNormalize = uncurryThis(String.prototype.normalize) as Uncurried;
export const StringPrototypePadEnd = uncurryThis(String.prototype.padEnd) as Uncurried;
export const StringPrototypePadStart = uncurryThis(String.prototype.padStart) as Uncurried;
export const StringPrototypeRepeat = uncurryThis(String.prototype.repeat) as Uncurried;
export const StringPrototypeReplace = uncurryThis(String.prototype.replace) as Uncurried;
export const StringPrototypeReplaceAll = uncurryThis(String.prototype.replaceAll) as Uncurried;
export const StringPrototypeSearch = uncurryThis(String.prototype.search) as Uncurried;
export const StringPrototypeSlice = uncurryThis(String.prototype.slice) as Uncurried;
export const StringPrototypeSplit = uncurryThis(String.prototype.split) as Uncurried;
export const StringPrototypeStartsWith = uncurryThis(String.prototype.startsWith) as Uncurried;
export const StringPrototypeSubstring = uncurryThis(String.prototype.substring) as Uncurried;
export const StringPrototypeToLowerCase = uncurryThis(String.prototype.toLowerCase) as Uncurried;
export const StringPrototypeToString = uncurryThis(String.prototype.toString) as Uncurried;
export const StringPrototypeToUpperCase = uncurryThis(String.prototype.toUpperCase) as Uncurried;
export const StringPrototypeTrim = uncurryThis(String.prototype.trim) as Uncurried;
export const StringPrototypeTrimEnd = uncurryThis(String.prototype.trimEnd) as Uncurried;
export const StringPrototypeTrimStart = uncurryThis(String.prototype.trimStart) as Uncurried;
export const StringPrototypeValueOf = uncurryThis(String.prototype.valueOf) as Uncurried;
export const StringPrototypeIsWellFormed = uncurryThis(String.prototype.isWellFormed) as Uncurried;
export const StringPrototypeToWellFormed = uncurryThis(String.prototype.toWellFormed) as Uncurried;

export const SymbolPrototypeToString = uncurryThis(Symbol.prototype.toString) as Uncurried;
export const SymbolPrototypeValueOf = uncurryThis(Symbol.prototype.valueOf) as Uncurried;

export const SymbolPrototypeGetDescription = getterOf(Symbol.prototype, "description") as (s: symbol) => string | undefined;
export const SymbolAsyncIterator: typeof Symbol.asyncIterator = Symbol.asyncIterator;
export const SymbolHasInstance: typeof Symbol.hasInstance = Symbol.hasInstance;
export const SymbolIterator: typeof Symbol.iterator = Symbol.iterator;
export const SymbolIsConcatSpreadable: typeof Symbol.isConcatSpreadable = Symbol.isConcatSpreadable;
export const SymbolMatch: typeof Symbol.match = Symbol.match;
export const SymbolSpecies: typeof Symbol.species = Symbol.species;
export const SymbolToPrimitive: typeof Symbol.toPrimitive = Symbol.toPrimitive;
export const SymbolToStringTag: typeof Symbol.toStringTag = Symbol.toStringTag;
export const SymbolUnscopables: typeof Symbol.unscopables = Symbol.unscopables;
export const SymbolDispose = (Symbol as any).dispose as symbol;
export const SymbolAsyncDispose = (Symbol as any).asyncDispose as symbol;
export const SymbolFor = Symbol.for;
export const SymbolKeyFor = Symbol.keyFor;
export const RegExpPrototypeExec = uncurryThis(RegExp.prototype.exec) as Uncurried;
export const RegExpPrototypeTest = uncurryThis(RegExp.prototype.test) as Uncurried;
export const RegExpPrototypeToString = uncurryThis(RegExp.prototype.toString) as Uncurried;

export const RegExpPrototypeGetSource = getterOf(RegExp.prototype, "source");

const flagGetters: [string, (r: any) => boolean][] = [
  ["d", getterOf(RegExp.prototype, "hasIndices")],
  ["g", getterOf(RegExp.prototype, "global")],
  ["i", getterOf(RegExp.prototype, "ignoreCase")],
  ["m", getterOf(RegExp.prototype, "multiline")],
  ["s", getterOf(RegExp.prototype, "dotAll")],
  ["u", getterOf(RegExp.prototype, "unicode")],
  ["v", getterOf(RegExp.prototype, "unicodeSets")],
  ["y", getterOf(RegExp.prototype, "sticky")],
];

// RegExpPrototypeGetFlags is a regular expression's flags; its own getter asks the prototype's, which a guest may have replaced.
export function RegExpPrototypeGetFlags(r: object): string {
  let out = "";
  for (let i = 0; i < flagGetters.length; i++) if (flagGetters[i]![1](r)) out += flagGetters[i]![0];
  return out;
}


export const DatePrototypeGetTime = uncurryThis(Date.prototype.getTime) as Uncurried;
export const DatePrototypeGetDate = uncurryThis(Date.prototype.getDate) as Uncurried;
export const DatePrototypeGetDay = uncurryThis(Date.prototype.getDay) as Uncurried;
export const DatePrototypeGetFullYear = uncurryThis(Date.prototype.getFullYear) as Uncurried;
export const DatePrototypeGetHours = uncurryThis(Date.prototype.getHours) as Uncurried;
export const DatePrototypeGetMinutes = uncurryThis(Date.prototype.getMinutes) as Uncurried;
export const DatePrototypeGetMonth = uncurryThis(Date.prototype.getMonth) as Uncurried;
export const DatePrototypeGetSeconds = uncurryThis(Date.prototype.getSeconds) as Uncurried;
export const DatePrototypeGetTimezoneOffset = uncurryThis(Date.prototype.getTimezoneOffset) as Uncurried;
export const DatePrototypeToISOString = uncurryThis(Date.prototype.toISOString) as Uncurried;
export const DatePrototypeToString = uncurryThis(Date.prototype.toString) as Uncurried;
export const DatePrototypeToTimeString = uncurryThis(Date.prototype.toTimeString) as Uncurried;
export const DatePrototypeToUTCString = uncurryThis(Date.prototype.toUTCString) as Uncurried;
export const DatePrototypeValueOf = uncurryThis(Date.prototype.valueOf) as Uncurried;
export const DatePrototypeGetUTCFullYear = uncurryThis(Date.prototype.getUTCFullYear) as Uncurried;
export const DatePrototypeGetUTCMonth = uncurryThis(Date.prototype.getUTCMonth) as Uncurried;
export const DatePrototypeGetUTCDate = uncurryThis(Date.prototype.getUTCDate) as Uncurried;
export const DatePrototypeGetUTCHours = uncurryThis(Date.prototype.getUTCHours) as Uncurried;
export const DatePrototypeGetUTCMinutes = uncurryThis(Date.prototype.getUTCMinutes) as Uncurried;
export const DatePrototypeGetUTCSeconds = uncurryThis(Date.prototype.getUTCSeconds) as Uncurried;
export const DatePrototypeGetUTCMilliseconds = uncurryThis(Date.prototype.getUTCMilliseconds) as Uncurried;
export const DatePrototypeGetMilliseconds = uncurryThis(Date.prototype.getMilliseconds) as Uncurried;

export const DateNow = Date.now;
export const DateParse = Date.parse;
export const DateUTC = Date.UTC;
export const IteratorPrototype: any = (globalThis as any).Iterator.prototype;
export const ErrorPrototype = Error.prototype;
export const ErrorPrototypeGetStack = getterOf(Error.prototype, "stack");
export const ErrorPrototypeToString = uncurryThis(Error.prototype.toString) as Uncurried;

export const ErrorCaptureStackTrace = (Error as any).captureStackTrace as (o: object, f?: Function) => void;
export const MapPrototypeClear = uncurryThis(Map.prototype.clear) as Uncurried;
export const MapPrototypeDelete = uncurryThis(Map.prototype.delete) as Uncurried;
export const MapPrototypeEntries = uncurryThis(Map.prototype.entries) as Uncurried;
export const MapPrototypeForEach = uncurryThis(Map.prototype.forEach) as Uncurried;
export const MapPrototypeGet = uncurryThis(Map.prototype.get) as Uncurried;
export const MapPrototypeHas = uncurryThis(Map.prototype.has) as Uncurried;
export const MapPrototypeKeys = uncurryThis(Map.prototype.keys) as Uncurried;
export const MapPrototypeSet = uncurryThis(Map.prototype.set) as Uncurried;
export const MapPrototypeValues = uncurryThis(Map.prototype.values) as Uncurried;

export const MapPrototypeGetSize = getterOf(Map.prototype, "size");

export const SetPrototypeAdd = uncurryThis(Set.prototype.add) as Uncurried;
export const SetPrototypeClear = uncurryThis(Set.prototype.clear) as Uncurried;
export const SetPrototypeDelete = uncurryThis(Set.prototype.delete) as Uncurried;
export const SetPrototypeEntries = uncurryThis(Set.prototype.entries) as Uncurried;
export const SetPrototypeForEach = uncurryThis(Set.prototype.forEach) as Uncurried;
export const SetPrototypeHas = uncurryThis(Set.prototype.has) as Uncurried;
export const SetPrototypeKeys = uncurryThis(Set.prototype.keys) as Uncurried;
export const SetPrototypeValues = uncurryThis(Set.prototype.values) as Uncurried;

export const SetPrototypeGetSize = getterOf(Set.prototype, "size");

export const WeakMapPrototypeDelete = uncurryThis(WeakMap.prototype.delete) as Uncurried;
export const WeakMapPrototypeGet = uncurryThis(WeakMap.prototype.get) as Uncurried;
export const WeakMapPrototypeHas = uncurryThis(WeakMap.prototype.has) as Uncurried;
export const WeakMapPrototypeSet = uncurryThis(WeakMap.prototype.set) as Uncurried;

export const WeakSetPrototypeAdd = uncurryThis(WeakSet.prototype.add) as Uncurried;
export const WeakSetPrototypeDelete = uncurryThis(WeakSet.prototype.delete) as Uncurried;
export const WeakSetPrototypeHas = uncurryThis(WeakSet.prototype.has) as Uncurried;

export const WeakRefPrototypeDeref = uncurryThis(WeakRef.prototype.deref) as Uncurried;

export const PromisePrototypeCatch = uncurryThis(Promise.prototype.catch) as Uncurried;
export const PromisePrototypeFinally = uncurryThis(Promise.prototype.finally) as Uncurried;
export const PromisePrototypeThen = uncurryThis(Promise.prototype.then) as Uncurried;

export const PromiseAll = (Promise as any).all.bind(Promise) as (x?: any) => Promise<any>;
export const PromiseAllSettled = (Promise as any).allSettled.bind(Promise) as (x?: any) => Promise<any>;
export const PromiseAny = (Promise as any).any.bind(Promise) as (x?: any) => Promise<any>;
export const PromiseRace = (Promise as any).race.bind(Promise) as (x?: any) => Promise<any>;
export const PromiseReject = (Promise as any).reject.bind(Promise) as (x?: any) => Promise<any>;
export const PromiseResolve = (Promise as any).resolve.bind(Promise) as (x?: any) => Promise<any>;
export const ArrayBufferPrototypeSlice = uncurryThis(ArrayBuffer.prototype.slice) as Uncurried;

export const ArrayBufferPrototypeGetByteLength = getterOf(ArrayBuffer.prototype, "byteLength");

export const ArrayBufferIsView = ArrayBuffer.isView;
export const ArrayBufferPrototypeTransfer = uncurryThis((ArrayBuffer.prototype as any).transfer) as Uncurried;
export const ArrayBufferPrototypeTransferToFixedLength = uncurryThis((ArrayBuffer.prototype as any).transferToFixedLength) as Uncurried;
export const ArrayBufferPrototypeGetDetached = getterOf(ArrayBuffer.prototype, "detached") as (b: ArrayBuffer) => boolean;
export const ArrayBufferPrototypeGetMaxByteLength = getterOf(ArrayBuffer.prototype, "maxByteLength") as (b: ArrayBuffer) => number;
export const ArrayBufferPrototypeGetResizable = getterOf(ArrayBuffer.prototype, "resizable") as (b: ArrayBuffer) => boolean;
export const SharedArrayBufferPrototypeGetByteLength = getterOf(SharedArrayBuffer.prototype, "byteLength") as (b: SharedArrayBuffer) => number;
export const DataViewPrototypeGetBuffer = getterOf(DataView.prototype, "buffer");
export const DataViewPrototypeGetByteLength = getterOf(DataView.prototype, "byteLength");
export const DataViewPrototypeGetByteOffset = getterOf(DataView.prototype, "byteOffset");

export const DataViewPrototypeGetBigInt64 = uncurryThis(DataView.prototype.getBigInt64) as Uncurried;
export const DataViewPrototypeGetBigUint64 = uncurryThis(DataView.prototype.getBigUint64) as Uncurried;
export const DataViewPrototypeGetFloat32 = uncurryThis(DataView.prototype.getFloat32) as Uncurried;
export const DataViewPrototypeGetFloat64 = uncurryThis(DataView.prototype.getFloat64) as Uncurried;
export const DataViewPrototypeGetInt16 = uncurryThis(DataView.prototype.getInt16) as Uncurried;
export const DataViewPrototypeGetInt32 = uncurryThis(DataView.prototype.getInt32) as Uncurried;
export const DataViewPrototypeGetInt8 = uncurryThis(DataView.prototype.getInt8) as Uncurried;
export const DataViewPrototypeGetUint16 = uncurryThis(DataView.prototype.getUint16) as Uncurried;
export const DataViewPrototypeGetUint32 = uncurryThis(DataView.prototype.getUint32) as Uncurried;
export const DataViewPrototypeGetUint8 = uncurryThis(DataView.prototype.getUint8) as Uncurried;
export const DataViewPrototypeSetBigInt64 = uncurryThis(DataView.prototype.setBigInt64) as Uncurried;
export const DataViewPrototypeSetBigUint64 = uncurryThis(DataView.prototype.setBigUint64) as Uncurried;
export const DataViewPrototypeSetFloat32 = uncurryThis(DataView.prototype.setFloat32) as Uncurried;
export const DataViewPrototypeSetFloat64 = uncurryThis(DataView.prototype.setFloat64) as Uncurried;
export const DataViewPrototypeSetInt16 = uncurryThis(DataView.prototype.setInt16) as Uncurried;
export const DataViewPrototypeSetInt32 = uncurryThis(DataView.prototype.setInt32) as Uncurried;
export const DataViewPrototypeSetInt8 = uncurryThis(DataView.prototype.setInt8) as Uncurried;
export const DataViewPrototypeSetUint16 = uncurryThis(DataView.prototype.setUint16) as Uncurried;
export const DataViewPrototypeSetUint32 = uncurryThis(DataView.prototype.setUint32) as Uncurried;
export const DataViewPrototypeSetUint8 = uncurryThis(DataView.prototype.setUint8) as Uncurried;

const TypedArray = Object.getPrototypeOf(Uint8Array) as any;
export const TypedArrayPrototype = TypedArray.prototype as object;
export const TypedArrayPrototypeCopyWithin = uncurryThis(TypedArray.prototype.copyWithin) as Uncurried;
export const TypedArrayPrototypeFill = uncurryThis(TypedArray.prototype.fill) as Uncurried;
export const TypedArrayPrototypeSet = uncurryThis(TypedArray.prototype.set) as Uncurried;
export const TypedArrayPrototypeSlice = uncurryThis(TypedArray.prototype.slice) as Uncurried;
export const TypedArrayPrototypeSubarray = uncurryThis(TypedArray.prototype.subarray) as Uncurried;
export const TypedArrayPrototypeIndexOf = uncurryThis(TypedArray.prototype.indexOf) as Uncurried;
export const TypedArrayPrototypeLastIndexOf = uncurryThis(TypedArray.prototype.lastIndexOf) as Uncurried;
export const TypedArrayPrototypeIncludes = uncurryThis(TypedArray.prototype.includes) as Uncurried;
export const TypedArrayPrototypeJoin = uncurryThis(TypedArray.prototype.join) as Uncurried;
export const TypedArrayPrototypeReverse = uncurryThis(TypedArray.prototype.reverse) as Uncurried;
export const TypedArrayPrototypeSort = uncurryThis(TypedArray.prototype.sort) as Uncurried;
export const TypedArrayPrototypeValues = uncurryThis(TypedArray.prototype.values) as Uncurried;
export const TypedArrayPrototypeKeys = uncurryThis(TypedArray.prototype.keys) as Uncurried;
export const TypedArrayPrototypeEntries = uncurryThis(TypedArray.prototype.entries) as Uncurried;
export const TypedArrayPrototypeGetBuffer = getterOf(TypedArray.prototype, "buffer");
export const TypedArrayPrototypeGetByteLength = getterOf(TypedArray.prototype, "byteLength");
export const TypedArrayPrototypeGetByteOffset = getterOf(TypedArray.prototype, "byteOffset");
export const TypedArrayPrototypeGetLength = getterOf(TypedArray.prototype, "length");
// The name of a typed array's kind ("Uint8Array"), or undefined for anything else; unforgeable.
export const TypedArrayPrototypeGetSymbolToStringTag = getterOf(TypedArray.prototype, Symbol.toStringTag) as (v: unknown) => string | undefined;

const MapIteratorPrototypeNext = uncurryThis(Object.getPrototypeOf(new Map().entries()).next);
const SetIteratorPrototypeNext = uncurryThis(Object.getPrototypeOf(new Set().values()).next);

// arrayOf copies a Map's or Set's iterator, made by a captured method, into an array.
function drain(it: any, next: Uncurried): any[] {
  const out: any[] = [];
  for (let r = next(it); !r.done; r = next(it)) ArrayPrototypePush(out, r.value);
  return out;
}

// mapEntries returns a map's entries as an array of [key, value], whatever the map's own or inherited methods are.
export function mapEntries<K, V>(m: Map<K, V>): [K, V][] {
  return drain(MapPrototypeEntries(m), MapIteratorPrototypeNext);
}

// mapKeys returns a map's keys as an array.
export function mapKeys<K>(m: Map<K, unknown>): K[] {
  return drain(MapPrototypeKeys(m), MapIteratorPrototypeNext);
}

// mapValues returns a map's values as an array.
export function mapValues<V>(m: Map<unknown, V>): V[] {
  return drain(MapPrototypeValues(m), MapIteratorPrototypeNext);
}

// setValues returns a set's values as an array.
export function setValues<V>(s: Set<V>): V[] {
  return drain(SetPrototypeValues(s), SetIteratorPrototypeNext);
}

// iteratorEntries previews what a Map or Set iterator of the guest holds by draining it: callers pass a clone.
export function drainMapIterator(it: any): any[] {
  return drain(it, MapIteratorPrototypeNext);
}

export function drainSetIterator(it: any): any[] {
  return drain(it, SetIteratorPrototypeNext);
}

// iterate copies any iterable a guest passed in into an array, by the iteration
// protocol as the guest sees it. It throws what the guest's iterator throws, and a
// TypeError for what is not iterable.
export function iterate<T>(iterable: Iterable<T>, what = "value"): T[] {
  const out: T[] = [];
  iterateWith<T>(iterable, what, (v) => {
    ArrayPrototypePush(out, v);
  });
  return out;
}

// iterateWith calls each with every item as it comes; what each throws ends it.
export function iterateWith<T>(iterable: Iterable<T>, what: string, each: (v: T) => void): void {
  const method = iterable == null ? undefined : (iterable as any)[SymbolIterator];
  if (typeof method !== "function") throw new TypeError_(`${what} is not iterable`);
  const it = FunctionPrototypeCall(method, iterable);
  const next = it.next;
  for (;;) {
    const r = FunctionPrototypeCall(next, it);
    if (r === null || typeof r !== "object") throw new TypeError_("iterator result is not an object");
    if (r.done) return;
    each(r.value);
  }
}

function copyProps(from: any, to: any): void {
  const keys = ReflectOwnKeys(from);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (!ObjectHasOwn(to, key)) {
      const d = ReflectGetOwnPropertyDescriptor(from, key) as any;
      ReflectDefineProperty(to, key, { __proto__: null, ...d } as any);
    }
  }
}

// makeSafe gives a subclass of a built-in its own frozen copy of the base's
// methods, so that changes to the base's prototype do not reach it.
function makeSafe<C extends new (...a: any[]) => any>(unsafe: any, safe: C): C {
  copyProps(unsafe.prototype, safe.prototype);
  ObjectSetPrototypeOf(safe.prototype, null);
  ObjectFreeze(safe.prototype);
  ObjectFreeze(safe);
  return safe;
}

// SafeMap, SafeSet, SafeWeakMap and SafeWeakSet keep working whatever a guest does
// to their bases. Fill them with calls, not with a constructor argument (which would iterate),
// and walk them with mapEntries, mapKeys, mapValues, setValues or forEach.
export const SafeMap = makeSafe(Map, class SafeMap extends (Map as any) { constructor() { super(); } } as any) as unknown as { new <K = any, V = any>(): Map<K, V> };
export const SafeSet = makeSafe(Set, class SafeSet extends (Set as any) { constructor() { super(); } } as any) as unknown as { new <V = any>(): Set<V> };
export const SafeWeakMap = makeSafe(WeakMap, class SafeWeakMap extends (WeakMap as any) { constructor() { super(); } } as any) as unknown as { new <K extends object = any, V = any>(): WeakMap<K, V> };
export const SafeWeakSet = makeSafe(WeakSet, class SafeWeakSet extends (WeakSet as any) { constructor() { super(); } } as any) as unknown as { new <V extends object = any>(): WeakSet<V> };

// own pins a native promise's constructor on the promise itself, so that awaiting it looks up
// nothing a guest could have replaced: await own(host.async(…)). Returns p.
export function own<T>(p: Promise<T>): Promise<T> {
  ReflectDefineProperty(p, "constructor", ownConstructor);
  return p;
}
const ownConstructor = { __proto__: null, value: Promise, configurable: true, writable: true, enumerable: false } as any;

// then runs a handler when a native promise settles, without Promise.prototype.then,
// species or constructor lookups. The returned promise settles with the handler's result.
export async function then<T, R>(p: Promise<T>, fulfilled: (v: T) => R, rejected?: (e: unknown) => R): Promise<R> {
  let v: T;
  try {
    v = await own(p);
  } catch (e) {
    if (rejected === undefined) throw e;
    return rejected(e);
  }
  return fulfilled(v);
}

// attempt is what fn returns; what it throws, the promise is rejected with.
export function attempt<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return fn();
  } catch (e) {
    return PromiseReject(e);
  }
}

// withResolvers returns a promise and its two functions.
export function withResolvers<T = any>(): { promise: Promise<T>; resolve: (v?: any) => void; reject: (e?: unknown) => void } {
  let resolve!: (v?: any) => void;
  let reject!: (e?: unknown) => void;
  const promise = new Promise_<T>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}

// hasOwn reports whether o has an own property of that name.
export function hasOwn(o: object, key: PropertyKey): boolean {
  return ObjectHasOwn(o, key);
}

// plain returns an object without prototype, so that adding to it runs no setter.
export function plain<T = any>(): Record<string, T> {
  return { __proto__: null } as any;
}

// isObject reports whether v is an object in the language's sense: functions are.
export function isObject(v: unknown): boolean {
  return (typeof v === "object" && v !== null) || typeof v === "function";
}

// hide defines a data property that enumeration leaves out, as methods are.
export function hide(o: object, key: PropertyKey, value: unknown): void {
  ObjectDefineProperty(o, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true } as any);
}

// setOwn defines an ordinary data property, whatever setters the prototype chain has.
export function setOwn(o: object, key: PropertyKey, value: unknown): void {
  ReflectDefineProperty(o, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as any);
}
