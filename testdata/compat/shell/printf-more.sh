# Widths count bytes, floats are rounded as long doubles, and a brace in ${x:-word}.
printf '%5s|%-5s|%.3s|\n' é é aéb; printf '%8.2f|%.2f|%.1f|%.0f|%e|%+.3f|%08.3f|%-8.1f|\n' 44.555 2.675 0.25 2.5 12345.678 1.0005 3.14159 2.25
printf '%.2f %.2f %.3f %.10f\n' 1.005 1.115 1.0005 0.1; printf '%5b|%-6q|\n' 'é' 'é b'
v=; echo "${v:-\}}" "${v:-a\}b}" ${v:-\}} "${v:-'}'}" "${v:-"}"}"
w='  x y  '; echo "[${w##+( )}]" "[${w%%*( )}]"; shopt -s extglob; echo "[${w##+( )}]" "[${w%%*( )}]" "${w//+( )/_}"; shopt -u extglob
exec 2>&1; set -x; a=1; [[ $a = 1 && "x y" != b* ]]; [[ -n $a ]]; [[ $a ]]; [[ $a -gt 0 ]]; [[ ab =~ ^a ]]; ((a++)); for ((i=0;i<2;i++)); do :; done
set +x; declare -i n=4; s="a b"; echo "${n@A} ${s@A}"
