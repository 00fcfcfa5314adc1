// Every name that Bun 1.4.5's Bun object has is there; what is absent says what it is and why when it is used.
const names = "$ Archive ArrayBufferSink CSRF Cookie CookieMap CryptoHasher FFI FetchSession FileSystemRouter Glob Image JSON5 JSONC JSONL MD4 MD5 ModuleGraph RedisClient S3Client SHA1 SHA224 SHA256 SHA384 SHA512 SHA512_256 SQL TOML Terminal Transpiler WebView XML YAML allocUnsafe argv build color concatArrayBuffers connect cron cwd deepEquals deepMatch deflateSync dns embeddedFiles enableANSIColors env escapeHTML fetch file fileURLToPath gc generateHeapSnapshot gunzipSync gzipSync hash indexOfLine inflateSync inspect isMainThread isStandaloneExecutable jest listen main markdown mmap nanoseconds openInEditor origin password pathToFileURL peek plugin postgres randomUUIDv5 randomUUIDv7 readableStreamToArray readableStreamToArrayBuffer readableStreamToBlob readableStreamToBytes readableStreamToFormData readableStreamToJSON readableStreamToText redis registerMacro resolve resolveSync revision s3 secrets semver serve sha shrink sleep sleepSync sliceAnsi spawn spawnSync sql stderr stdin stdout stringWidth stripANSI udpSocket unsafe version version_with_sha which wrapAnsi write zstdCompress zstdCompressSync zstdDecompress zstdDecompressSync".split(" ");
console.log("undefined:", names.filter((n) => Bun[n] === undefined).join(" "));
const said = (f) => { try { return f(); } catch (e) { return e.code + ": " + e.message; } };
for (const n of ["Archive", "FetchSession", "FileSystemRouter", "Image", "ModuleGraph", "RedisClient", "S3Client", "SQL", "Terminal", "WebView"]) console.log(said(() => new Bun[n]()));
for (const n of ["build", "connect", "cron", "generateHeapSnapshot", "listen", "mmap", "openInEditor", "plugin", "postgres", "registerMacro", "sql", "udpSocket"]) console.log(said(() => Bun[n]()));
console.log(said(() => Bun.sql`select 1`));
console.log(said(() => Bun.sql.begin(() => {})));
console.log(said(() => Bun.redis.hset("k", "f", "v")));
console.log(said(() => Bun.S3Client.presign("x")));
console.log(said(() => new Bun.SQL.PostgresError("x")));
console.log(said(() => Bun.s3.file("x")));
console.log(said(() => Bun.FFI.CString(0)));
console.log(said(() => Bun.secrets.get({})));
console.log(said(() => Bun.cron.parse("* * * * *")));
console.log(said(() => Bun.plugin.clearAll()));
console.log(said(() => Bun.XML.parse("<a/>")));
console.log((await Promise.all([Bun.redis, Bun.s3, Bun.sql])).length, typeof Bun.sql, typeof Bun.redis, JSON.stringify(Bun.redis) !== undefined);
