/* Evaluates the program that is its argument in the pinned QuickJS-ng, compiled
 * natively, and prints what it gives and the processor time that this took. With
 * a number as the second argument the program is then run so many times more in
 * this context, compiled once, and the time is the mean of these. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "quickjs.h"

static long long spent(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
}

int main(int argc, char **argv)
{
    JSRuntime *rt = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(rt);
    JSValue v, text, compiled;
    const char *s;
    long long start;
    int runs = argc > 2 ? atoi(argv[2]) : 0;

    if (argc < 2)
        return 2;
    start = spent();
    v = JS_Eval(ctx, argv[1], strlen(argv[1]), "program.js", JS_EVAL_TYPE_GLOBAL);
    start = spent() - start;
    if (JS_IsException(v)) {
        v = JS_GetException(ctx);
        s = JS_ToCString(ctx, v);
        fprintf(stderr, "%s\n", s ? s : "exception");
        return 1;
    }
    if (runs > 0) {
        compiled = JS_Eval(ctx, argv[1], strlen(argv[1]), "program.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
        start = spent();
        for (int i = 0; i < runs; i++)
            JS_FreeValue(ctx, JS_EvalFunction(ctx, JS_DupValue(ctx, compiled)));
        start = (spent() - start) / runs;
    }
    text = JS_JSONStringify(ctx, JS_ToString(ctx, v), JS_UNDEFINED, JS_UNDEFINED);
    s = JS_ToCString(ctx, text);
    printf("{\"result\":%s,\"ns\":%lld}\n", s, start);
    return 0;
}
