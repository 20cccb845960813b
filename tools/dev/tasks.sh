# Building, testing, checking, measuring; sourced by ./dev.

build_web() {
  local inputs stamp=build/web/.inputs
  inputs=$(find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
  if [ ! -f "$stamp" ] || [ "$inputs" != "$(cat "$stamp")" ]; then
    say "building the web app"
    (cd web && npm run --silent build)
    rm -rf build/web && mkdir -p build/web
    cp -r web/dist/. build/web/
    echo "$inputs" >"$stamp"
  fi
}

configure_and_build() {  # preset, ninja targets...
  local preset=$1
  shift
  [ -f "build/$preset/build.ninja" ] || {
    say "configuring build/$preset"
    cmake --preset "$preset" >"build/$preset.configure.log" || {
      tail -n 30 "build/$preset.configure.log" >&2
      return 1
    }
  }
  say "building build/$preset"
  local quiet=--quiet
  [ -t 1 ] && quiet=  # a person watches the count of files go up
  ninja -C "build/$preset" -j "$jobs" $quiet "$@"
}

build_release() {
  setup build && build_web && configure_and_build release &&
    ln -sfn src/app/matinee build/release/matinee
}

# C++ tests of one preset and label; reports are added up by tools/dev/summary.mjs.
run_ctest() {  # preset, label
  say "C++ tests ($1, $2)"
  ctest --test-dir "build/$1" -L "^$2\$" -j "$jobs" --output-on-failure --no-tests=error \
    --output-junit "reports/ctest.$2.xml" -Q --output-log "build/$1/ctest.$2.log" || {
    failed=1
    grep -E -B2 -A25 'FAILED|Failure|ERROR: |runtime error|\*\*\*' "build/$1/ctest.$2.log" |
      tail -n 200 >&2
  }
}

test_web() {
  say "web tests"
  mkdir -p build/reports
  (cd web && npm run --silent check && npm run --silent test -- --reporter=default \
    --reporter=json --outputFile=../build/reports/vitest.json) || failed=1
}

test_browser() {
  build_release || { failed=1; return; }
  say "plays"
  node tests/plays/run.mjs --report build/reports/plays.json || failed=1
  unpack_peer prometheus || say "the package prometheus cannot be had: /metrics will not be checked"
  say "metrics of every role, by promtool"
  node tests/plays/metrics.mjs --promtool build/peers/prometheus/usr/bin/promtool \
    --report build/reports/metrics.json || failed=1
  say "browser tests"
  MATINEE_BINARY=build/release/matinee node tests/browser/run.mjs || failed=1
  say "random kills (short)"
  node tests/faults/kill_roles.mjs --seconds 40 --players 6 --report build/reports/faults.json || failed=1
}

run_tests() {  # kind
  local kind=$1 failed=0 start=$SECONDS
  setup test
  rm -rf build/reports build/dev/reports build/tsan/reports
  mkdir -p build/reports
  case "$kind" in
    fast | slow | default | all) configure_and_build dev ;;
    web | browser) ;;
    *) echo "./dev test: fast, slow, web, browser or all, not \"$kind\"" >&2; return 2 ;;
  esac
  case "$kind" in fast | default | all) run_ctest dev fast ;; esac
  case "$kind" in slow | default | all) run_ctest dev slow ;; esac
  case "$kind" in web | default | all) test_web ;; esac
  case "$kind" in browser | default | all) test_browser ;; esac
  if [ "$kind" = all ]; then
    configure_and_build tsan matinee_http_test matinee_edge_test
    run_ctest_tsan
    say "random kills (5 minutes)"
    node tests/faults/kill_roles.mjs --report build/reports/faults.json || failed=1
  fi
  say "took $((SECONDS - start)) s"
  node tools/dev/summary.mjs || failed=1
  return "$failed"
}

run_ctest_tsan() {
  say "C++ tests (tsan: http, edge)"
  ctest --test-dir build/tsan -R '^(http|edge)$' -j "$jobs" --output-on-failure \
    --output-junit reports/ctest.tsan.xml -Q --output-log build/tsan/ctest.log || {
    failed=1
    tail -n 100 build/tsan/ctest.log >&2
  }
}

touched_modules() {  # src/<module> and codec, as folders
  git log -n 10 --name-only --format= -- src codec |
    awk -F/ '$1 == "codec" { print $1 } $1 == "src" && NF > 2 { print $1 "/" $2 }' | sort -u
}

run_tidy() {  # all | touched
  local folders files
  [ "$1" = all ] && folders=$(printf '%s\n' src/*/ codec) || folders=$(touched_modules)
  # shellcheck disable=SC2086
  files=$(find $folders -name '*.cpp' 2>/dev/null | sort)
  [ -n "$files" ] || return 0
  # What clang-tidy reads beside the sources: how they are compiled, and the generated headers.
  [ -f build/dev/build.ninja ] || cmake --preset dev >build/dev.configure.log
  ninja -C build/dev --quiet matinee_generated || return 1
  say "clang-tidy on $(wc -l <<<"$files") files of: $(tr '\n' ' ' <<<"$folders")"
  # libstdc++ 12's own stable_sort uses a function that it deprecates; g++ does not mind.
  xargs -P "$jobs" -n 2 clang-tidy-19 -p build/dev --quiet \
    --extra-arg=-Wno-deprecated-declarations <<<"$files" 2>build/tidy.err ||
    { tail -n 20 build/tidy.err >&2; return 1; }
}

run_check() {  # all | touched
  local failed=0 start=$SECONDS
  setup test
  say "format"
  git ls-files '*.h' '*.cpp' | xargs -r clang-format-19 --dry-run -Werror || failed=1
  say "modules and documents"
  [ -f build/dev/modules.json ] || cmake --preset dev >build/dev.configure.log
  node tools/check_modules.mjs build/dev/modules.json || failed=1
  node tools/check_docs.mjs || failed=1
  say "web lint"
  (cd web && npm run --silent lint) || failed=1
  run_tidy "$1" || failed=1
  say "took $((SECONDS - start)) s"
  [ "$failed" = 0 ] && echo "check: all good" || echo "check: something above needs mending"
  return "$failed"
}

run_bench() {  # claim
  if [ $# = 0 ]; then
    echo "claims:"
    find bench -mindepth 2 -maxdepth 2 -name run -printf "  %h\n" | sed "s,bench/,," | sort
    return 0
  fi
  [ -x "bench/$1/run" ] || { echo "./dev bench: no claim \"$1\" (./dev bench lists them)" >&2; return 2; }
  setup test
  build_release
  mkdir -p build/bench
  say "bench $1"
  "bench/$1/run" "${@:2}"
}

run_fuzz() {  # target, seconds
  local seconds=${2:-60} targets
  setup test
  configure_and_build fuzz
  targets=$(find build/fuzz/src build/fuzz/codec -maxdepth 2 -type f -executable -name 'fuzz_*' 2>/dev/null)
  [ -n "${1:-}" ] && targets=$(grep -E "/$1\$" <<<"$targets" || true)
  [ -n "$targets" ] || { echo "./dev fuzz: no target \"${1:-}\"" >&2; return 2; }
  local target name
  for target in $targets; do
    name=$(basename "$target")
    say "$name for $seconds s"
    mkdir -p "build/fuzz/corpus/$name"
    "$target" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" \
      "build/fuzz/corpus/$name" "tests/corpus/${name#fuzz_}_fuzz" 2>"build/fuzz/$name.log" ||
      { tail -n 40 "build/fuzz/$name.log" >&2; return 1; }
    grep -E 'stat::number_of_executed_units|stat::average_exec_per_sec' "build/fuzz/$name.log" || true
  done
}
