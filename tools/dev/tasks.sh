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

# Where tests keep their files: memory, where there is room for all of them, since nothing that they
# show needs a disk (a power cut is played by FaultyFiles, a kill leaves the kernel's memory), and
# waiting for one is most of what they would do.
readonly test_room_kib=$((2 * 1024 * 1024))
make_test_folder() {
  local parent=${TMPDIR:-/tmp} free
  free=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || free=0
  if [ -w /dev/shm ] && [ "${free:-0}" -ge "$test_room_kib" ]; then parent=/dev/shm; fi
  mktemp -d "$parent/matinee-tests-XXXXXX"
}

# C++ tests of one preset and label; reports are added up by tools/dev/summary.mjs.
run_ctest() {  # preset, label
  say "C++ tests ($1, $2)"
  local folder
  folder=$(make_test_folder)
  TMPDIR=$folder ctest --test-dir "build/$1" -L "^$2\$" -j "$jobs" --output-on-failure --no-tests=error \
    --output-junit "reports/ctest.$2.xml" -Q --output-log "build/$1/ctest.$2.log" || {
    failed=1
    grep -E -B2 -A25 'FAILED|Failure|ERROR: |runtime error|\*\*\*' "build/$1/ctest.$2.log" |
      tail -n 200 >&2
  }
  rm -rf "$folder"
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

# The .cpp files of src and codec that the last ten commits changed, or that name a header which they
# changed: every line that is new is looked at, in the file that it is compiled in.
touched_files() {
  local changed
  changed=$(git log -n 10 --name-only --format= -- 'src/*.h' 'src/*.cpp' 'codec/*.h' 'codec/*.cpp' |
    sort -u)
  {
    grep '\.cpp$' <<<"$changed"
    grep '\.h$' <<<"$changed" | sed 's,^src/,,; s,.*,#include "&",' |
      grep -rlFf - --include='*.cpp' src codec
  } | sort -u | while read -r file; do
    if [ -f "$file" ]; then echo "$file"; fi
  done
}

# One file by clang-tidy, unless the same text, headers, flags and rules have passed before.
tidy_one() {  # file
  local command key
  command=$(node -e 'const [db, file] = process.argv.slice(1);
    const entry = JSON.parse(require("fs").readFileSync(db)).find((e) => e.file.endsWith("/" + file));
    if (entry) console.log(entry.command.replace(/^.*?(g\+\+|c\+\+) /, "").replace(/ -o .*/, ""));' \
    build/dev/compile_commands.json "$1")
  # Comments count: some of them are orders to clang-tidy.
  key=$({
    clang-tidy-19 --version; cat .clang-tidy; echo "$command"
    (cd build/dev && eval "clang++-19 -E -C -w $command '../../$1'") || date +%s%N
  } 2>/dev/null | sed "s,$PWD/,,g" | sha256sum | cut -c 1-64)
  [ ! -f "$tidy_passed/$key" ] || return 0
  # libstdc++ 12's own stable_sort uses a function that it deprecates; g++ does not mind.
  clang-tidy-19 -p build/dev --quiet --extra-arg=-Wno-deprecated-declarations "$1" || return 1
  : >"$tidy_passed/$key"
}

run_tidy() {  # all | touched
  local files
  if [ "$1" = all ]; then files=$(find src codec -name '*.cpp' | sort); else files=$(touched_files); fi
  [ -n "$files" ] || return 0
  # What clang-tidy reads beside the sources: how they are compiled, and the generated headers.
  [ -f build/dev/build.ninja ] || cmake --preset dev >build/dev.configure.log
  ninja -C build/dev --quiet matinee_generated || return 1
  # Beside the compiler's cache, so that both are kept or both are lost.
  tidy_passed=$(ccache --get-config cache_dir 2>/dev/null || echo build)/tidy-passed
  mkdir -p "$tidy_passed"
  find "$tidy_passed" -type f -mtime +30 -delete
  say "clang-tidy on $(wc -l <<<"$files") files"
  export tidy_passed
  export -f tidy_one
  xargs -P "$jobs" -n 1 bash -c 'tidy_one "$1"' tidy <<<"$files" 2>build/tidy.err ||
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
