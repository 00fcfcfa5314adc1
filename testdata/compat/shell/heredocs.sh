name=World
cat <<EOF
Hello $name
$(echo sub) $((1+1)) \$esc \\ "q" 'q' `echo bt`
EOF
cat <<'EOF'
raw $name $(no) \n
EOF
cat <<-EOF
	tabs stripped
		twice $name
	EOF
cat <<A; cat <<B
first
A
second
B
cat <<EOF | tr a-z A-Z
piped $name
EOF
f() { cat; }
f <<X
to function
X
while read -r l; do echo "[$l]"; done <<EOF
l1
  l2
l3 \
cont
EOF
cat <<EOF > file.txt
into file
EOF
cat file.txt
x=$(cat <<EOF
in subst
EOF
); echo "$x"
cat <<"E O F"
quoted delim
E O F
cat <<EOF
line1 \
joined
${name:-dflt} ${undef:-"d q"}
EOF
cat <<EOF
EOF
echo "empty $?"
cat <<< $name
cat <<< "two
lines"
tr a-z A-Z <<< "up $name"
if true; then cat <<EOF
in if
EOF
fi
