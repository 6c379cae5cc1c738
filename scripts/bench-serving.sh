#!/usr/bin/env bash
# What serving costs and carries, beside nginx on the same machine, in one run: warm clips over HTTP,
# warm streams over gRPC, cold listeners, memory, and the time from start to ready. Prints the table of
# docs/benchmarking.md.
#
#   scripts/bench-serving.sh BIN    measures the langdu binary BIN (a release build)
#
# SECONDS_EACH=10 is how long each load lasts, ROUNDS=3 how often the two servers take turns.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

BIN=${1:-}
[[ -x $BIN ]] || die "no binary to measure: ${BIN:-none given}" "Run: make bench"
SECONDS_EACH=${SECONDS_EACH:-10}
ROUNDS=${ROUNDS:-3}
GRPC=127.0.0.1:17860 HTTP=127.0.0.1:17861 ADMIN=127.0.0.1:17862 NGINX=127.0.0.1:17863
TEXT=老年人只需要按一下按钮，就能听到政策文件的内容。

install_packages "What serving is compared with" nginx-light:nginx wrk:wrk curl:curl python3:python3

work=$(mktemp -d)
# nginx reads it as another user where it is started by root.
chmod 755 "$work"
langdu_pid='' nginx_pid=''
finish() {
    [[ -n $langdu_pid ]] && kill "$langdu_pid" 2>/dev/null
    [[ -n $nginx_pid ]] && kill "$nginx_pid" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

resident_mb() { awk '/^VmRSS:/ {printf "%d", $2 / 1024}' "/proc/$langdu_pid/status"; }
highest_mb() { awk '/^VmHWM:/ {printf "%d", $2 / 1024}' "/proc/$langdu_pid/status"; }
now_ms() { date +%s%3N; }

say "Starting langdu"
begun=$(now_ms)
# Nobody is sent away: what is measured is what the voice carries, not what it is asked to.
LANGDU_CLIPS__PATH=$work/clips LANGDU_LIMITS__CAPACITY_SHARE=10 NO_COLOR=1 \
    "$BIN" serve --grpc "$GRPC" --http "$HTTP" --admin "$ADMIN" 2>"$work/langdu.log" &
langdu_pid=$!
until curl -sf "http://$ADMIN/readyz" >/dev/null 2>&1; do
    kill -0 "$langdu_pid" 2>/dev/null || die "langdu ended" "$(tail -n 3 "$work/langdu.log")"
    sleep 0.02
done
ready_ms=$(($(now_ms) - begun))
at_rest_mb=$(resident_mb)

clip=$(curl -sf "http://$HTTP/v1/readings" -H 'Content-Type: application/json' \
    -d "{\"text\": \"$TEXT\"}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["utterances"][0]["audio"]["mp3"])')
mkdir -p "$work/www"
curl -sf "http://$HTTP/$clip" -o "$work/www/clip.mp3"
clip_bytes=$(stat -c %s "$work/www/clip.mp3")

# As much as langdu sends: the same file, immutable, with a tag; no log on either side.
cat >"$work/nginx.conf" <<CONF
worker_processes auto;
pid $work/nginx.pid;
error_log $work/nginx-error.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=100;
    types { audio/mpeg mp3; }
    server {
        listen $NGINX;
        root $work/www;
        add_header Cache-Control "public, max-age=31536000, immutable";
    }
}
CONF
nginx -c "$work/nginx.conf" -p "$work" -g 'daemon off;' &
nginx_pid=$!
curl -sf --retry 100 --retry-delay 1 --retry-max-time 10 --retry-all-errors \
    "http://$NGINX/clip.mp3" -o /dev/null || die "nginx does not serve the file" "$(tail -n 3 "$work/nginx-error.log")"

requests_per_s() {
    wrk --threads 2 --connections 32 --duration "${SECONDS_EACH}s" "$1" |
        awk '/^Requests\/sec:/ {print $2} /Non-2xx|Socket errors/ {print "errors" > "/dev/stderr"}'
}
median() { sort -n | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }

say "Clips over HTTP, $ROUNDS rounds of $SECONDS_EACH s for each"
for ((round = 1; round <= ROUNDS; round++)); do
    requests_per_s "http://$NGINX/clip.mp3" >>"$work/nginx"
    requests_per_s "http://$HTTP/$clip" >>"$work/langdu"
    note "round $round: nginx $(tail -n 1 "$work/nginx"), langdu $(tail -n 1 "$work/langdu") a second"
done
nginx_rps=$(median <"$work/nginx")
langdu_rps=$(median <"$work/langdu")

say "Streams over gRPC"
"$BIN" bench --target "http://$GRPC" --warm --concurrency 8 --duration "${SECONDS_EACH}s" \
    --json "$work/warm.json"
say "As fast as the voice speaks: four callers at once, all of it cold"
"$BIN" bench --target "http://$GRPC" --cold --concurrency 4 --duration "$((SECONDS_EACH * 3))s" \
    --json "$work/cold.json"
# As many as `limits.capacity_share` lets in by default: 0.8 of the speech that is made in a second.
listeners=$(python3 -c 'import json, sys
print(max(1, int(0.8 * json.load(open(sys.argv[1]))["levels"][0]["summary"]["speech_per_s"])))' "$work/cold.json")
say "At capacity: $listeners listeners at once, who hear what nobody has heard"
"$BIN" bench --target "http://$GRPC" --cold --listening --concurrency "$listeners" \
    --duration "$((SECONDS_EACH * 6))s" --json "$work/listening.json"

python3 - "$work" <<PRINT
import json, sys
work = sys.argv[1]
level = lambda name: json.load(open(f"{work}/{name}.json"))["levels"][0]["summary"]
machine = json.load(open(f"{work}/warm.json"))["machine"]
warm, cold, listening = level("warm"), level("cold"), level("listening")
cores = json.load(open(f"{work}/cold.json"))["cores"]
print()
print(machine)
print()
print("| | |")
print("| --- | --- |")
print("| a clip of $clip_bytes bytes over HTTP, langdu | $langdu_rps a second |")
print("| the same file, nginx | $nginx_rps a second |")
print(f"| langdu against nginx | {$langdu_rps / $nginx_rps:.2f} |")
print(f"| whole paragraphs, warm, over gRPC (8 at once) | {warm['streams_per_s']:.0f} streams a second, {warm['utterances'] / warm['streams'] * warm['streams_per_s']:.0f} utterances |")
print(f"| cold, 4 at once | {cold['speech_per_s']:.1f} s of speech a second, {cold['speech_per_core_s']:.1f} a core; first audio p50 {cold['first_audio_s']['p50']:.2f} s; {cold['stalls']} stalls |")
print(f"| listeners at once who hear something new, $listeners | {$listeners / cores:.1f} a core; first audio p50 {listening['first_audio_s']['p50']:.2f} s, p99 {listening['first_audio_s']['p99']:.2f} s; {listening['stalls']} stalls in {listening['utterances']} utterances, {sum(listening['errors'].values())} errors |")
print("| start to ready | $((ready_ms)) ms |")
print("| memory at rest, at the end, highest | $at_rest_mb MB, $(resident_mb) MB, $(highest_mb) MB |")
PRINT
