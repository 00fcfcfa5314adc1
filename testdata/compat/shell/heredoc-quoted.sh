# Where the delimiter is quoted, a backslash in the body is a backslash.
cat <<'E'
\$x \\ \` $y \a "q" 'r' \
next \\\
	tab
E
cat <<\E
a\\b $(no) \$
E
cat <<-'E'
	tab \\
		x\
	y
	E
cat > code.py <<"E"
print("a\\n\n\t\"", '\\d+\.')
re.sub(r'\\$', "\$HOME", s)
E
cat code.py
cat <<E
a\\b \$x \
joined
E
f() { cat <<'in' | sed 's/\\/B/g'; }
one \\ two
in
f
