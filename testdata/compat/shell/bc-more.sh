echo 'obase=20; 399.5; 12345; obase=16; .5; 255.75; -10; obase=2; .1; obase=8; 64; obase=100; 12345.678' | bc
echo 'ibase=16; A.8; FFF; ibase=A; 10; ibase=2; 101.11; 9; 99' | bc
echo 'scale=50; e(1); e(-1); e(0); e(50.5); e(-100); l(10); l(.001); l(1); l(12345678901234567890); s(1); s(100); c(3); s(-2); a(1); a(.5); a(100); a(-3); j(0,1); j(1,2.5); j(3,10); j(-1,2)' | bc -l
echo 'scale=3; s(1); c(1); e(2); l(2); a(2); e(.5); 4*a(1); s(0); c(0); a(0); l(0); l(-1); e(1)' | bc -l
echo '2^10; 2^-3; -2^2; 2^3^2; 1.5^3; scale=4; 1.5^3; 1.23456^2; 0^0; 2^0; (-2)^3; 1.1^-2; 0.5^10' | bc
echo '10%3; -10%3; 10%-3; 5.5%2; scale=2; 5.5%2; 10%3; 1%.3; 7/3*3' | bc
echo 'sqrt(16); sqrt(2.00); sqrt(0); scale=5; sqrt(10); sqrt(.0001); sqrt(-1)' | bc 2>/dev/null
echo 'length(0); length(.001); length(123.450); length(0.5); scale(1.50); scale(10); length(2^100)' | bc
echo '1 < 2; a = 3 < 5; a; !0 + 1; !(1); 1 == 1.0; 2 > 1 > 0; (b = 4); b++; b; ++b; b--; b; --b' | bc
echo 'x = y = 3; x; y; x += y * 2; x; x -= 1; x *= 2; x /= 3; x; x %= 4; x; x ^= 3; x' | bc
printf 'define f(x) {\n  auto a, b[]\n  b[1] = x\n  a = b[1] * 2\n  return (a)\n}\nf(3)\na\nb[1]\n' | bc
printf 'define f(a[]) { a[0] = 5; return a[0]; }\ndefine g(*a[]) { a[0] = 6; return a[0]; }\nz[0] = 1\nf(z[])\nz[0]\ng(z[])\nz[0]\n' | bc
printf 'define void p(x) { print "v", x, "\\n"; }\np(3)\ndefine r() { return; }\nr()\n' | bc
printf 'for (i = 0; i < 10; i++) { if (i == 3) continue; if (i > 5) break; i }\nwhile (1) { break }\ni\nif (0) 1\nif (1) { 2 } else { 3 }\n' | bc
printf '1 +\n2\n3 $ 4\n5\nf(1)\n6\n1/0; 7\n8; nope(; 9\n10\nreturn\nbreak\nq = \n' | bc 2>/dev/null
printf 'print "a\\tb\\q\\\\", 1, 2, "\\n"\n"x\ny"\n' | bc
echo 'scale=200; 4*a(1)' | bc -l; echo '2^1000' | BC_LINE_LENGTH=0 bc; echo '2^1000' | BC_LINE_LENGTH=20 bc; echo 'obase=16; 2^500' | bc
echo 'scale = -1; scale; ibase = 99; ibase=A; ibase; obase = 1; obase' | bc 2>/dev/null
echo 'define f(n) { if (n < 2) return n; return f(n-1) + f(n-2); } f(15)' | bc
echo 'scale=10; x=2; for(i=0;i<6;i++) x=(x+2/x)/2; x; last; 3; . * 2' | bc
printf '5\n7\n' > in; echo 'x = read(); x * read(); quit' > p.bc; bc p.bc < in; printf 'define f(n) { if (n == 0) return 0; return 1 + f(n - 1); }\nf(1000)\n' | bc; printf '1 / 0\nx = 2; nope(1)\nx\n' | bc 2>/dev/null; echo $?
