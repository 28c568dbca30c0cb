#!/usr/bin/env bash
# Builds once, runs the tests, and ends with one line that sums up all projects: `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

quick=no
filter=''
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=yes ;;
    --filter) filter="${2:?--filter needs an expression}"; shift ;;
    -h | --help)
      cat <<'TEXT'
usage: ./test.sh [--quick] [--filter EXPRESSION]
  --quick               unit and contract tests only (under two minutes once built)
  --filter EXPRESSION   only tests that match, as `dotnet test --filter` has it, for example FullyQualifiedName~Replay
Exit codes: 0 all passed, 1 a test failed or the build did, 2 wrong use.
TEXT
      exit 0
      ;;
    *) echo "test.sh: '$1' is not known (--help tells more)" >&2; exit 2 ;;
  esac
  shift
done

eng/setup.sh test || exit 1

configuration=Debug
echo 'build: the solution (the first build also restores and takes a minute or two)'
dotnet build Dynamo.Aspire.sln -c "$configuration" -v minimal -nologo -tl:off -clp:NoSummary || { echo 'test.sh: the build failed' >&2; exit 1; }

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

run() { # name, filter, assemblies…
  local name="$1" expression="$2"; shift 2
  [ -n "$filter" ] && expression="($expression)&($filter)"
  echo "test: $name"
  dotnet test "$@" --filter "$expression" --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$results" 2>&1 |
    grep -vE '^(VSTest version|Starting test execution|A total of [0-9]+ test files|No test matches the given testcase filter|Additionally, path to|Test Parallel|Results File:|$)' || true
  return "${PIPESTATUS[0]}"
}

assemblies() { # name pattern…
  local project
  for project in tests/*.*Tests/; do
    project="$(basename "$project")"
    echo "tests/$project/bin/$configuration/net10.0/DynamoAspire.$project.dll"
  done
}

status=0
mapfile -t all < <(assemblies)
run quick 'Category!=Integration&Category!=EndToEnd' "${all[@]}" || status=1
if [ "$quick" = no ]; then
  # One after another: each of these drives whole programs and has its own idea of what two cores can do in time.
  for assembly in "${all[@]}"; do
    if grep -qrlE --include='*.cs' 'Category", *"(Integration|EndToEnd)"' "tests/$(basename "$assembly" .dll | sed 's/^DynamoAspire\.//')"; then
      run "integration-$(basename "$assembly" .dll)" 'Category=Integration|Category=EndToEnd' "$assembly" || status=1
    fi
  done
fi

passed=0 failed=0 skipped=0
for file in "$results"/*.trx; do
  [ -e "$file" ] || continue
  line="$(grep -m1 -o '<Counters [^>]*>' "$file")" || continue
  number() { sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<<"$line"; }
  passed=$((passed + $(number passed)))
  failed=$((failed + $(number failed) + $(number error) + $(number timeout) + $(number aborted)))
  skipped=$((skipped + $(number total) - $(number executed)))
  # Each skipped test with its reason: a reason that does not hold on this machine is a bug.
  sed -n '/outcome="NotExecuted"/,/<\/UnitTestResult>/p' "$file" | sed -nE 's/.*testName="([^"]*)".*/skipped: \1/p; s/.*<Message>(.*)<\/Message>.*/         \1/p'
done
# A test host that crashed leaves fewer results than tests, and says so only by its exit code.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; echo 'test.sh: a test run ended with an error although no test failed (see above)' >&2; fi
[ $((passed + failed)) -gt 0 ] || { echo 'test.sh: no test ran' >&2; status=1; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$status" -eq 0 ]
