cat > d.json <<'E'
{"zeta":1,"alpha":{"y":[1,2,3],"b":null}}
E
jq -c '[.[]|type]' d.json; jq -c 'first(.[])' d.json; jq -c '.alpha[]' d.json
jq -c 'from_entries' <<< '[{"key":"b","value":1},{"name":"a","value":2}]'; jq -c 'map({(.n): 1}) | add' <<< '[{"n":"w"},{"n":"v"}]'; jq -cn '"a1" | capture("(?<l>[a-z])(?<d>[0-9])")'
