# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
try npm view one version
try npm info one@1.0.0 version
try npm show one versions
try npm view one versions --json
try npm view one@1 name version --json
try npm view one dist-tags
try npm view one dist-tags.latest
try npm view one dependencies
try npm view one dependencies --json
try npm view one dependencies.zero
try npm view one nothing
try npm view one name version
try npm view pre@beta version
try npm view pre dist-tags --json
try npm view @scope/four version
try npm view one dist.tarball
try npm view one dist.integrity
try npm view one@1.0.0 dist.fileCount
try npm view tool bin
try npm view tool maintainers
try npm view tool keywords
try npm view tool 'keywords[0]'
try npm view tool engines.node
try npm view tool repository.url
try npm view zero time.created
try npm view two@2 dependencies name
npm view nope version 2>/dev/null; echo "nope: $?"
npm view one@9 version 2>/dev/null; echo "one@9: $?"
