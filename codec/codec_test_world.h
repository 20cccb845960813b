#pragma once
// codec/codec_test_world: runs matinee-codec on files made by the ffmpeg tool, for its tests.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "media/probe.h"
#include "media/sample_file.h"

namespace matinee::codec {

namespace fs = std::filesystem;

struct Outcome {
  Json json;       // the document
  int status = 0;  // of waitpid
  [[nodiscard]] bool ok() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
  [[nodiscard]] std::string message() const {
    return json.contains("error") ? json["error"].value("message", "") : std::string();
  }
  [[nodiscard]] std::string code() const {
    return json.contains("error") ? json["error"].value("code", "") : std::string();
  }
};

inline Outcome run(const std::string& program, std::vector<std::string> words,
                   const std::string& input = "/dev/null") {
  words.insert(words.begin(), program);
  std::vector<char*> values;
  for (auto& word : words) values.push_back(word.data());
  values.push_back(nullptr);
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  pid_t child = 0;
  const int code =
      ::posix_spawnp(&child, program.c_str(), &actions, nullptr, values.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  EXPECT_EQ(code, 0) << program;
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(ends[0], piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  Outcome outcome;
  ::waitpid(child, &outcome.status, 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto line = text.rfind('\n');
  const auto json = parse_json(line == std::string::npos ? text : text.substr(line + 1));
  if (json) outcome.json = *json;
  return outcome;
}

inline Outcome codec(std::vector<std::string> words, const std::string& input = "/dev/null") {
  return run(MATINEE_CODEC_PATH, std::move(words), input);
}

class Codec : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "codec-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

  // A clip made by the ffmpeg tool from its own test sources.
  std::string ffmpeg(const std::string& name, std::vector<std::string> words) {
    words.insert(words.begin(), {"-v", "error", "-y", "-nostdin"});
    words.push_back(path(name));
    const auto made = run("ffmpeg", std::move(words));
    EXPECT_TRUE(made.ok()) << name;
    return path(name);
  }
  // 5 s of 160x90 at 25 fps with a tone, H.264/AAC, a key frame a second.
  std::string plain_clip() {
    return ffmpeg("plain.mp4", {"-f",         "lavfi",   "-i",       "testsrc2=s=160x90:r=25:d=5",
                                "-f",         "lavfi",   "-i",       "sine=d=5:r=48000",
                                "-c:v",       "libx264", "-preset",  "ultrafast",
                                "-profile:v", "main",    "-pix_fmt", "yuv420p",
                                "-g",         "25",      "-bf",      "2",
                                "-flags",     "+cgop",   "-c:a",     "aac",
                                "-ac",        "2"});
  }
  media::Probe probed(const std::string& file) {
    const auto outcome = codec({"probe", file});
    EXPECT_TRUE(outcome.ok()) << outcome.message();
    const auto probe = media::parse_probe(outcome.json);
    EXPECT_TRUE(probe.has_value());
    return probe ? *probe : media::Probe{};
  }
  std::vector<media::Sample> samples(const std::string& name, media::SampleFileHeader& header) {
    std::ifstream in(path(name), std::ios::binary);
    auto reader = media::SampleFileReader::open(in);
    EXPECT_TRUE(reader.has_value()) << name;
    std::vector<media::Sample> all;
    if (!reader) return all;
    header = reader->header();
    for (media::Sample sample;;) {
      const auto more = reader->next(sample);
      EXPECT_TRUE(more.has_value());
      if (!more || !*more) return all;
      all.push_back(sample);
    }
  }
  std::string bytes_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }

  fs::path folder_;
};

}  // namespace matinee::codec
