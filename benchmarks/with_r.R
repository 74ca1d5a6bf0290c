# Timed by with_r.py: Rscript with_r.R SCORES.csv  ->  one line per task: package;version;task;seconds
# Reading the file is not counted. A package that is not installed is named and left out.
options(warn = -1)
scores <- read.csv(commandArgs(trailingOnly = TRUE)[1])
timed <- function(package, task, call) {
  if (!requireNamespace(package, quietly = TRUE)) {
    cat(package, "", task, "not installed", sep = ";")
  } else {
    seconds <- system.time(utils::capture.output(suppressMessages(call())))[["elapsed"]]
    cat(package, as.character(packageVersion(package)), task, seconds, sep = ";")
  }
  cat("\n")
}
timed("psych", "items", function() psych::alpha(scores, check.keys = FALSE, warnings = FALSE))
timed("mirt", "2pl", function() mirt::mirt(scores, 1, itemtype = "2PL", SE = TRUE, verbose = FALSE))
timed("TAM", "2pl", function() TAM::tam.mml.2pl(scores, control = list(progress = FALSE), verbose = FALSE))
