// Goal: a message means one thing or is refused; how it is cut into pieces changes nothing.
#include "http/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace matinee::http {
namespace {

using Event = MessageParser::Event;
using Kind = MessageParser::Kind;

struct Outcome {
  std::string heads;   // "GET /x" or "200", a comma after each
  std::string bodies;  // each body in brackets
  int error = 0;
  bool complete = false;  // ends between messages
};

Outcome parse(Kind kind, std::string_view input, std::size_t step, bool closes = false,
              Method asked = Method::get) {
  MessageParser parser(kind, {});
  parser.expect_response_to(asked);
  Outcome outcome;
  std::string pending;
  std::size_t given = 0;
  while (true) {
    const MessageParser::Step result = parser.next(pending);
    if (result.event == Event::head) {
      const MessageHead& head = parser.head();
      outcome.heads += kind == Kind::request
                           ? std::string(name_of(head.method)) + " " + head.target + ","
                           : std::to_string(head.status) + ",";
      outcome.bodies += "[";
    } else if (result.event == Event::data) {
      outcome.bodies.append(result.data);
    } else if (result.event == Event::end) {
      outcome.bodies += "]";
      parser.reset();
    } else if (result.event == Event::error) {
      outcome.error = parser.error_status();
      return outcome;
    }
    pending.erase(0, result.consumed);
    if (result.event != Event::need_more) continue;
    if (given == input.size()) break;
    pending.append(input.substr(given, step));
    given += std::min(step, input.size() - given);
  }
  if (closes && parser.finish_input(!pending.empty()) == Event::end) outcome.bodies += "]";
  outcome.complete = parser.is_idle() && pending.empty();
  return outcome;
}

struct Case {
  const char* name;
  std::string input;
  std::string heads;
  std::string bodies;
};

void expect_parsed(Kind kind, const Case& test) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, test.input.size()}) {
    const Outcome outcome = parse(kind, test.input, step);
    EXPECT_EQ(outcome.error, 0) << test.name;
    EXPECT_EQ(outcome.heads, test.heads) << test.name;
    EXPECT_EQ(outcome.bodies, test.bodies) << test.name;
    EXPECT_TRUE(outcome.complete) << test.name;
  }
}

TEST(Parser, ReadsRequests) {
  const std::string h = "Host: a\r\n";
  const std::vector<Case> cases{
      {"plain", "GET / HTTP/1.1\r\n" + h + "\r\n", "GET /,", "[]"},
      {"empty_line_first", "\r\nGET / HTTP/1.1\r\n" + h + "\r\n", "GET /,", "[]"},
      {"pipelined", "GET /1 HTTP/1.1\r\n" + h + "\r\nGET /2 HTTP/1.1\r\n" + h + "\r\n",
       "GET /1,GET /2,", "[][]"},
      {"query", "GET /a?b=c%20d HTTP/1.1\r\n" + h + "\r\n", "GET /a?b=c%20d,", "[]"},
      {"absolute", "GET http://a/b HTTP/1.1\r\n" + h + "\r\n", "GET /b,", "[]"},
      {"absolute_bare", "GET http://a HTTP/1.1\r\n" + h + "\r\n", "GET /,", "[]"},
      {"absolute_query", "GET http://a?q HTTP/1.1\r\n" + h + "\r\n", "GET /?q,", "[]"},
      {"options_star", "OPTIONS * HTTP/1.1\r\n" + h + "\r\n", "OPTIONS *,", "[]"},
      {"http_1_0_without_host", "GET / HTTP/1.0\r\n\r\n", "GET /,", "[]"},
      {"unknown_method", "BREW / HTTP/1.1\r\n" + h + "\r\n", "? /,", "[]"},
      {"length", "POST / HTTP/1.1\r\n" + h + "Content-Length: 3\r\n\r\nabc", "POST /,", "[abc]"},
      {"length_0", "POST / HTTP/1.1\r\n" + h + "Content-Length: 0\r\n\r\n", "POST /,", "[]"},
      {"chunks",
       "PUT / HTTP/1.1\r\n" + h +
           "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789"
           "\r\n0\r\n\r\n",
       "PUT /,", "[abc0123456789]"},
      {"chunk_extension",
       "PUT / HTTP/1.1\r\n" + h + "Transfer-Encoding: chunked\r\n\r\n1 ;a=\"b\"\r\nx\r\n00\r\n\r\n",
       "PUT /,", "[x]"},
      {"trailers_are_dropped",
       "PUT / HTTP/1.1\r\n" + h +
           "Transfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\nContent-Length: 9\r\n\r\nGET /2 "
           "HTTP/1.1\r\n" +
           h + "\r\n",
       "PUT /,GET /2,", "[][]"},
      {"empty_value", "GET / HTTP/1.1\r\n" + h + "X:\r\nY: \t \r\n\r\n", "GET /,", "[]"},
      {"latin_1_value", "GET / HTTP/1.1\r\n" + h + "X: \xe9\r\n\r\n", "GET /,", "[]"},
  };
  for (const Case& test : cases) expect_parsed(Kind::request, test);
}

struct Refusal {
  const char* name;
  std::string input;
  int status;
};

TEST(Parser, RefusesRequests) {
  const std::string h = "Host: a\r\n";
  const std::string get = "GET / HTTP/1.1\r\n";
  const std::string post = "POST / HTTP/1.1\r\n" + h;
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  std::string many = get + h;
  for (int i = 0; i < 100; ++i) many += "X: 1\r\n";
  const std::vector<Refusal> cases{
      {"bare_feed_in_request_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare_feed_in_header", get + "Host: a\nX: b\r\n\r\n", 400},
      {"bare_feed_at_end", get + h + "\n", 400},
      {"bare_return_in_header", get + h + "X: a\rb\r\n\r\n", 400},
      {"bare_return_in_target", "GET /\rb HTTP/1.1\r\n" + h + "\r\n", 400},
      {"folded", get + h + "X: a\r\n b\r\n\r\n", 400},
      {"folded_first", get + " Host: a\r\n\r\n", 400},
      {"blank_before_colon", get + "Host : a\r\n\r\n", 400},
      {"blank_in_name", get + h + "Content Length: 1\r\n\r\n", 400},
      {"no_colon", get + h + "X\r\n\r\n", 400},
      {"no_name", get + h + ": x\r\n\r\n", 400},
      {"nul_in_value", get + h + std::string("X: a\0b\r\n\r\n", 10), 400},
      {"nul_in_target", std::string("GET /\0 HTTP/1.1\r\n", 17) + h + "\r\n", 400},
      {"delete_in_value", get + h + "X: \x7f\r\n\r\n", 400},
      {"no_host", get + "\r\n", 400},
      {"two_hosts", get + h + h + "\r\n", 400},
      {"two_hosts_1_0", "GET / HTTP/1.0\r\n" + h + h + "\r\n", 400},
      {"empty_host", get + "Host:\r\n\r\n", 400},
      {"host_list", get + "Host: a, b\r\n\r\n", 400},
      {"host_with_user", get + "Host: u@a\r\n\r\n", 400},
      {"host_with_path", get + "Host: a/b\r\n\r\n", 400},
      {"absolute_of_another_host", "GET http://b/ HTTP/1.1\r\n" + h + "\r\n", 400},
      {"absolute_with_user", "GET http://u@a/ HTTP/1.1\r\n" + h + "\r\n", 400},
      {"two_lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"two_equal_lengths", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
      {"length_list", post + "Content-Length: 1, 1\r\n\r\nx", 400},
      {"length_sign", post + "Content-Length: +1\r\n\r\nx", 400},
      {"length_negative", post + "Content-Length: -1\r\n\r\nx", 400},
      {"length_hex", post + "Content-Length: 0x1\r\n\r\nx", 400},
      {"length_empty", post + "Content-Length:\r\n\r\n", 400},
      {"length_too_large", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"length_and_chunks", post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"chunks_and_length", post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"two_codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"coding_list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"coding_twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", 501},
      {"coding_identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"coding_disguised", post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"coding_with_vertical_tab",
       post + "Transfer-Encoding: \x0b"
              "chunked\r\n\r\n",
       400},
      {"coding_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"chunk_no_size", chunked + "\r\n", 400},
      {"chunk_bad_digit", chunked + "g\r\n", 400},
      {"chunk_sign", chunked + "+1\r\nx\r\n", 400},
      {"chunk_0x", chunked + "0x1\r\nx\r\n", 400},
      {"chunk_blank_first", chunked + " 1\r\nx\r\n", 400},
      {"chunk_blank_after", chunked + "1 \r\nx\r\n", 400},
      {"chunk_size_overflow", chunked + "10000000000000000\r\n", 400},
      {"chunk_bare_feed", chunked + "1\nx\r\n", 400},
      {"chunk_too_long", chunked + "1\r\nxy\r\n", 400},
      {"chunk_end_bare_feed", chunked + "1\r\nx\n0\r\n\r\n", 400},
      {"chunk_extension_control", chunked + "1;\x01\r\nx\r\n", 400},
      {"chunk_extension_endless", chunked + "1;" + std::string(300, 'x') + "\r\nx\r\n", 400},
      {"trailer_folded", chunked + "0\r\n x\r\n\r\n", 400},
      {"trailers_endless", chunked + "0\r\nX: " + std::string(40'000, 'x'), 431},
      {"version_2", "GET / HTTP/2.0\r\n" + h + "\r\n", 505},
      {"version_1_2", "GET / HTTP/1.2\r\n" + h + "\r\n", 505},
      {"version_lower_case", "GET / http/1.1\r\n" + h + "\r\n", 400},
      {"no_version", "GET /\r\n" + h + "\r\n", 400},
      {"blanks_around_target", "GET  / HTTP/1.1\r\n" + h + "\r\n", 400},
      {"blank_in_target", "GET /a b HTTP/1.1\r\n" + h + "\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\n" + h + "\r\n", 400},
      {"no_slash", "GET a HTTP/1.1\r\n" + h + "\r\n", 400},
      {"star_for_get", "GET * HTTP/1.1\r\n" + h + "\r\n", 400},
      {"connect", "CONNECT a:443 HTTP/1.1\r\n" + h + "\r\n", 501},
      {"tls_hello", std::string("\x16\x03\x01\x02\x00", 5), 400},
      {"method_no_token", "G@T / HTTP/1.1\r\n" + h + "\r\n", 400},
      {"two_empty_lines_first", "\r\n\r\nGET / HTTP/1.1\r\n" + h + "\r\n", 400},
      {"long_request_line", "GET /" + std::string(8200, 'x'), 414},
      {"long_headers", get + h + "X: " + std::string(33'000, 'x'), 431},
      {"long_headers_in_lines",
       get + h + "X: " + std::string(17'000, 'x') + "\r\nY: " + std::string(17'000, 'y') + "\r\n",
       431},
      {"many_headers", many + "\r\n", 431},
      {"unknown_expectation", post + "Expect: 200-ok\r\n\r\n", 417},
  };
  for (const Refusal& test : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{61}, test.input.size()}) {
      EXPECT_EQ(parse(Kind::request, test.input, step).error, test.status) << test.name;
    }
  }
}

TEST(Parser, ReadsResponses) {
  const std::vector<Case> cases{
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200,", "[hi]"},
      {"no_reason", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", "404,", "[]"},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
       "200,", "[hi]"},
      {"interim_are_skipped",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No "
       "Content\r\n\r\n",
       "204,", "[]"},
      {"not_modified_with_length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "304,",
       "[]"},
  };
  for (const Case& test : cases) expect_parsed(Kind::response, test);
}

TEST(Parser, EndsABodyWithTheConnectionOnlyWhereThatIsTheFraming) {
  EXPECT_EQ(parse(Kind::response, "HTTP/1.1 200 OK\r\n\r\nall", 3, true).bodies, "[all]");
  EXPECT_EQ(
      parse(Kind::response, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nall", 3, true).bodies,
      "[all");
  EXPECT_EQ(parse(Kind::response,
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n", 3, true)
                .bodies,
            "[all");
}

TEST(Parser, KnowsThatAnAnswerToHeadHasNoBody) {
  const auto outcome =
      parse(Kind::response, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", 5, false, Method::head);
  EXPECT_EQ(outcome.bodies, "[]");
  EXPECT_TRUE(outcome.complete);
}

TEST(Parser, RefusesResponses) {
  for (const char* input :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 600 Odd\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    EXPECT_EQ(parse(Kind::response, input, 9).error, 502) << input;
  }
}

TEST(Parser, TellsWhetherTheConnectionStays) {
  const std::pair<std::string, bool> cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& [input, kept] : cases) {
    MessageParser parser(Kind::request, {});
    ASSERT_EQ(parser.next(input).event, Event::head);
    EXPECT_EQ(parser.head().keep_alive, kept) << input;
  }
}

}  // namespace
}  // namespace matinee::http
