# Independent check of a living review: every pooled number again, by metafor.
#
#   Rscript independent_check.R                  prints the table
#   Rscript independent_check.R --expected       and compares it with expected.csv (exit 1 if not equal)
#   Rscript independent_check.R --write FILE     and writes it as CSV
#
# It reads the extracted rows (estimates.csv) and the conventions of the review's profile
# (settings.csv) beside it, computes effect sizes, chooses the model by the protocol's rule and pools.
# Nothing is taken from the review's own program but those tables; expected.csv is only compared.
# The same script serves every review. Needs R 4.0 or newer and metafor 3.8 or newer.

suppressPackageStartupMessages(library(metafor))

arguments <- commandArgs(trailingOnly = FALSE)
here <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
folder <- if (length(here)) dirname(here[1]) else "."
asked <- commandArgs(trailingOnly = TRUE)

read_table <- function(name) {
  # Text stays text: nothing in a cell is evaluated.
  read.csv(file.path(folder, name), colClasses = "character", na.strings = "", quote = "\"",
           check.names = FALSE, encoding = "UTF-8", comment.char = "")
}
number <- function(x) suppressWarnings(as.numeric(x))

settings <- read_table("settings.csv")
# What an outcome changes in the profile stands in its line of analyses.csv.
current <- NULL
option <- function(name) {
  own <- if (is.null(current)) NA else current[[name]]
  if (is.null(own) || is.na(own)) settings$value[settings$name == name] else own
}
level <- number(option("level"))
z_level <- qnorm((1 + level) / 2)
rows <- read_table("estimates.csv")
analyses <- read_table("analyses.csv")
groups <- read_table("groups.csv")
given <- c("ai", "n1i", "ci", "n2i", "m1i", "sd1i", "m2i", "sd2i", "x1i", "t1i", "x2i", "t2i", "yi", "sei")
for (name in c("events", "n", "median", "ci_low", "ci_high", "ci_level", "design_effect", given)) rows[[name]] <- number(rows[[name]])

# ---- effect sizes and the way back ---------------------------------------------------------------

effects <- function(d, kind) {
  if (kind == "proportion") {
    measure <- current$scale
    sizes <<- d$n  # Freeman and Tukey's way back needs them
    es <- escalc(measure = measure, xi = d$events, ni = d$n, to = zero_rule(), add = 1/2)
    yi <- as.numeric(es$yi)
    # R's meta corrects the standard error of a raw proportion, not the proportion.
    if (identical(current$zero, "se")) {
      yi <- d$events / d$n
      es <- escalc(measure = measure, xi = d$events, ni = d$n, to = "only0", add = 1/2)
    }
    return(list(yi = yi, vi = as.numeric(es$vi) * d$design_effect))
  }
  if (kind != "median") return(compared(d))
  log_scale <- option("median_scale") == "log"
  f <- if (log_scale) log else identity
  width <- 2 * qnorm((1 + d$ci_level) / 2)
  if (option("median_divisor") == "3.92") width[d$ci_level == 0.95] <- 3.92
  # Where the upper limit was not reached, the distance to the lower limit counts twice.
  distance <- ifelse(is.na(d$ci_high), 2 * (f(d$median) - f(d$ci_low)), f(d$ci_high) - f(d$ci_low))
  list(yi = f(d$median), vi = (distance / width)^2 * d$design_effect)
}

# Two groups: metafor computes the effects from the groups' numbers. Where a study has none, or the
# profile has its own variances of means, effect and standard error are those that were pooled.
compared <- function(d) {
  measure <- current$scale
  columns <- list(RR = 1:4, OR = 1:4, RD = 1:4, AS = 1:4, PETO = 1:4, MD = c(5:8, 2, 4), SMD = c(5:8, 2, 4),
                  ROM = c(5:8, 2, 4), IRR = 9:12, IRD = 9:12)[[measure]]
  own <- !is.null(columns) && !anyNA(d[, given[columns]]) && (length(columns) == 4 || option("smd_variance") == "LS")
  counted <- measure %in% c("RR", "OR", "RD", "AS", "PETO", "IRR", "IRD")
  # Corrections of zeros that metafor does not have: what was pooled is taken.
  if (own && counted && !plain_zeros()) {
    cells <- d[, given[columns]]
    none <- cells[[1]] == 0 | cells[[3]] == 0
    if (measure %in% c("RR", "OR", "RD", "AS", "PETO")) none <- none | cells[[1]] == cells[[2]] | cells[[3]] == cells[[4]]
    own <- !any(none)
  }
  if (!own) return(list(yi = d$yi, vi = d$sei^2))
  arguments <- c(list(measure = measure), lapply(setNames(given[columns], given[columns]), function(n) d[[n]]))
  if (counted) arguments <- c(arguments, list(to = zero_rule(), add = 1/2))
  es <- do.call(escalc, arguments)
  list(yi = as.numeric(es$yi), vi = as.numeric(es$vi))
}

# What is left out for a zero was left out beforehand.
zero_rule <- function(rule = current$zero) if (is.null(rule) || is.na(rule) || rule %in% c("drop", "se")) "none" else rule
plain_zeros <- function() {
  option("ratio_denominator") == "both_cells" && option("continuity") == "constant" &&
    number(option("zero_add")) == 0.5 && option("difference_correction") == "both"
}

# The common effect: by Mantel and Haenszel where the profile says so and every study has its table.
by_tables <- function(d, kind) {
  option("table_method") == "mantel_haenszel" && kind %in% c("RR", "OR", "RD", "IRR", "IRD") && all(d$table == "yes")
}
common_effect <- function(d, e, kind) {
  if (!by_tables(d, kind) || nrow(d) < 2) return(pool(e$yi, e$vi, "EE", "z"))
  rates <- kind %in% c("IRR", "IRD")
  rule <- if (rates) "none" else zero_rule(option("mantel_haenszel_zero"))
  cells <- lapply(setNames(given[if (rates) 9:12 else 1:4], given[if (rates) 9:12 else 1:4]), function(n) d[[n]])
  m <- do.call(rma.mh, c(list(measure = kind, level = 100 * level, add = c(1/2, 1/2), to = c("only0", rule),
                              drop00 = c(TRUE, FALSE)), if (!rates) list(correct = FALSE), cells))
  b <- as.numeric(m$beta)
  se <- m$se
  if (kind == "RD" && option("rd_variance") == "greenland_robins") {
    a <- d$ai; n1 <- d$n1i; c <- d$ci; n2 <- d$n2i
    half <- if (rule == "only0") ifelse(a == 0 | c == 0 | a == n1 | c == n2, 0.5, 0) else 0
    raw <- a / n1 - c / n2
    a <- a + half; c <- c + half; n1 <- n1 + 2 * half; n2 <- n2 + 2 * half
    if (option("difference_correction") == "both") raw <- a / n1 - c / n2
    w <- n1 * n2 / (n1 + n2)
    b <- sum(w * raw) / sum(w)
    se <- sqrt(sum((a * (n1 - a) * n2^3 + c * (n2 - c) * n1^3) / (n1 * n2 * (n1 + n2)^2))) / sum(w)
  }
  own <- escalc(measure = kind, to = "only0", add = 1/2, data = d, drop00 = TRUE, ai = cells$ai, n1i = cells$n1i,
                ci = cells$ci, n2i = cells$n2i, x1i = cells$x1i, t1i = cells$t1i, x2i = cells$x2i, t2i = cells$t2i)
  q <- sum((own$yi - b)^2 / own$vi, na.rm = TRUE)
  df <- sum(!is.na(own$yi)) - 1
  list(b = b, se = se, lb = b - z_level * se, ub = b + z_level * se, tau2 = 0, i2 = i2_of_q(q, df), q = q,
       p = pchisq(q, df, lower.tail = FALSE), k = nrow(d))
}

# Some programs take Q for DerSimonian and Laird's variance around the common effect of the tables.
random_effect <- function(d, e, kind, common) {
  elsewhere <- by_tables(d, kind) && option("dl_centre") == "table_method" && option("tau2_method") == "DL"
  if (!elsewhere) return(pool(e$yi, e$vi, option("tau2_method"), option("test")))
  w <- 1 / e$vi
  q <- sum(w * (e$yi - common$b)^2)
  df <- length(w) - 1
  tau2 <- max(0, (q - df) / (sum(w) - sum(w^2) / sum(w)))
  m <- rma(e$yi, e$vi, tau2 = tau2, test = option("test"), level = 100 * level)
  list(b = as.numeric(m$beta), se = m$se, lb = m$ci.lb, ub = m$ci.ub, tau2 = tau2, i2 = i2_of_q(q, df), q = q,
       p = pchisq(q, df, lower.tail = FALSE), k = length(w))
}

back <- function(x, kind) {
  if (kind == "median") return(if (option("median_scale") == "log") exp(x) else x)
  if (kind != "proportion") return(if (current$back == "exp") exp(x) else x)
  switch(current$scale, PR = x, PLO = plogis(x), PAS = sin(pmin(pmax(x, 0), pi / 2))^2, PFT = sapply(x, transf.ipft.hm, targs = list(ni = sizes)))
}

# A raw scale lets the limits of a proportion leave 0 to 1; the review cuts them there.
limit <- function(x, kind) {
  x <- back(x, kind)
  if (kind == "proportion") pmin(pmax(x, 0), 1) else x
}

# ---- models --------------------------------------------------------------------------------------

fit <- function(yi, vi, method, test, mods = NULL) {
  # Tighter than metafor's default, so that an iterative estimate can be compared to six digits.
  for (step in c(1, 0.5, 0.25)) {
    control <- list(threshold = 1e-13, maxiter = 20000, stepadj = step)
    if (method %in% c("EE", "DL", "HE", "HS", "SJ")) control <- list()
    found <- tryCatch(suppressWarnings(
      if (is.null(mods)) rma(yi, vi, method = method, test = test, level = 100 * level, control = control)
      else rma(yi, vi, mods = mods, method = method, test = test, level = 100 * level, control = control)
    ), error = function(e) NULL)
    if (!is.null(found)) return(found)
  }
  NULL
}

i2_of_q <- function(q, df) if (df > 0 && q > df) (q - df) / q else 0

# Effect, standard error, limits and heterogeneity on the scale of the model.
pool <- function(yi, vi, method, test) {
  k <- length(yi)
  if (k == 1) {
    se <- sqrt(vi)
    return(list(b = yi, se = se, lb = yi - z_level * se, ub = yi + z_level * se, tau2 = 0, i2 = 0,
                q = 0, p = 1, k = 1))
  }
  m <- fit(yi, vi, method, test)
  i2 <- if (method == "EE" || option("i2") == "q") i2_of_q(m$QE, k - 1) else m$I2 / 100
  list(b = as.numeric(m$beta), se = m$se, lb = m$ci.lb, ub = m$ci.ub, tau2 = m$tau2, i2 = i2,
       q = m$QE, p = m$QEp, k = k)
}

prediction <- function(m, vi, rule = option("prediction")) {
  df <- switch(rule, HTS = m$k - 2, V = m$k - 1, t_k_minus_1 = m$k - 1,
               test = if (option("test") == "z") Inf else m$k - 1, NA)
  if (is.na(df) || df < 1) return(c(NA, NA))
  classic <- if (is.null(vi)) m$se else sqrt(1 / sum(1 / (vi + m$tau2)))
  se <- if (rule %in% c("test", "t_k_minus_1")) m$se else classic
  half <- qt((1 + level) / 2, df) * sqrt(m$tau2 + se^2)
  c(m$b - half, m$b + half)
}

# Logistic model with a random intercept: metafor's rma.glmm(measure = "PLO", xi, ni, nAGQ = 7), which
# needs lme4; written out here so that the check runs without it.
hermite <- local({
  i <- 1:6
  m <- matrix(0, 7, 7)
  m[cbind(i, i + 1)] <- m[cbind(i + 1, i)] <- sqrt(i / 2)
  e <- eigen(m, symmetric = TRUE)
  list(x = e$values, w = sqrt(pi) * e$vectors[1, ]^2)
})

glmm_log_likelihood <- function(par, x, n) {
  beta <- par[1]
  sigma <- par[2]
  u <- numeric(length(x))
  for (i in 1:200) {  # the conditional modes, by Newton's method; the function is concave
    p <- plogis(beta + sigma * u)
    step <- (sigma * (x - n * p) - u) / (1 + sigma^2 * n * p * (1 - p))
    step <- pmax(pmin(step, 2), -2)
    u <- u + step
    if (max(abs(step)) < 1e-14) break
  }
  p <- plogis(beta + sigma * u)
  s <- 1 / sqrt(1 + sigma^2 * n * p * (1 - p))
  nodes <- outer(s * sqrt(2), hermite$x) + u
  eta <- beta + sigma * nodes
  h <- x * plogis(eta, log.p = TRUE) + (n - x) * plogis(-eta, log.p = TRUE) - nodes^2 / 2
  top <- apply(h, 1, max)
  weights <- matrix(hermite$w * exp(hermite$x^2), length(x), 7, byrow = TRUE)
  sum(log(s / sqrt(pi)) + top + log(rowSums(weights * exp(h - top))))
}

slopes <- function(f, at, h = 2e-3) {  # gradient and curvature by differences of fourth order
  n <- length(at)
  along <- function(i, m) { d <- numeric(n); d[i] <- m * h; d }
  line <- function(i) sapply(-2:2, function(m) f(at + along(i, m)))
  values <- lapply(1:n, line)
  gradient <- sapply(values, function(v) (v[1] - 8 * v[2] + 8 * v[4] - v[5]) / (12 * h))
  hessian <- diag(sapply(values, function(v) (-v[1] + 16 * v[2] - 30 * v[3] + 16 * v[4] - v[5]) / (12 * h^2)), n)
  mixed <- function(step) (f(at + c(step, step)) - f(at + c(step, -step)) - f(at + c(-step, step)) +
                             f(at - c(step, step))) / (4 * step^2)
  if (n == 2) hessian[1, 2] <- hessian[2, 1] <- (4 * mixed(h) - mixed(2 * h)) / 3
  list(g = gradient, h = hessian)
}

pool_glmm <- function(x, n) {
  f <- function(par) glmm_log_likelihood(par, x, n)
  logits <- log((x + 0.5) / (n - x + 0.5))
  best <- nlminb(c(mean(logits), max(0.1, sd(logits))), function(p) -f(p), lower = c(-Inf, 0),
                 control = list(rel.tol = 1e-14, x.tol = 1e-12, eval.max = 2000, iter.max = 2000))$par
  if (best[2] < 1e-4) {
    common <- glm(cbind(sum(x), sum(n - x)) ~ 1, family = binomial, epsilon = 1e-14)
    b <- as.numeric(coef(common))
    se <- sqrt(vcov(common)[1, 1])
    tau2 <- 0
  } else {
    for (i in 1:5) {
      d <- slopes(f, best)
      best <- best - solve(d$h, d$g)
    }
    b <- best[1]
    se <- sqrt(solve(-slopes(f, best)$h)[1, 1])
    tau2 <- best[2]^2
  }
  saturated <- suppressWarnings(glm(cbind(x, n - x) ~ factor(seq_along(x)) - 1, family = binomial))
  w <- 1 / diag(vcov(saturated))
  logit <- as.numeric(coef(saturated))
  q <- sum(w * (logit - sum(w * logit) / sum(w))^2)
  half <- ifelse(x == 0 | x == n, 0.5, 0)
  v <- 1 / (1 / (x + half) + 1 / (n - x + half))
  typical <- (length(x) - 1) * sum(v) / (sum(v)^2 - sum(v^2))
  i2 <- if (option("glmm_i2") == "q") i2_of_q(q, length(x) - 1) else tau2 / (tau2 + typical)
  # As metafor with test = "t", where the profile has any other interval than the normal one.
  reach <- if (option("test") == "z") z_level else qt((1 + level) / 2, length(x) - 1)
  list(b = b, se = se, lb = b - reach * se, ub = b + reach * se, tau2 = tau2, i2 = i2, q = q,
       p = pchisq(q, length(x) - 1, lower.tail = FALSE), k = length(x))
}

# The interval of a study that stands alone.
own_interval <- function(x, n) {
  a <- 1 - level
  p <- x / n
  z <- z_level
  switch(option("study_interval"),
    wald = pmin(pmax(p + c(-1, 1) * z * sqrt(p * (1 - p) / n), 0), 1),
    wilson_cc = {
      shift <- min(0.5, abs(x - n / 2)) / n
      side <- function(q, sign) (q + z^2 / (2 * n) + sign * z * sqrt(q * (1 - q) / n + z^2 / (4 * n^2))) / (1 + z^2 / n)
      c(if (p - shift <= 0) 0 else side(p - shift, -1), if (p + shift >= 1) 1 else side(p + shift, 1))
    },
    wilson = (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n),
    clopper_pearson = c(if (x == 0) 0 else qbeta(a / 2, x, n - x + 1),
                        if (x == n) 1 else qbeta(1 - a / 2, x + 1, n - x)),
    agresti_coull = { m <- n + z^2; q <- (x + z^2 / 2) / m
                      pmin(pmax(q + c(-1, 1) * z * sqrt(q * (1 - q) / m), 0), 1) },
    jeffreys = c(if (x == 0) 0 else qbeta(a / 2, x + 0.5, n - x + 0.5),
                 if (x == n) 1 else qbeta(1 - a / 2, x + 0.5, n - x + 0.5)),
    c(NA, NA))
}

# ---- the table -----------------------------------------------------------------------------------

columns <- c("estimate", "ci_low", "ci_high", "tau2", "i2", "q", "p", "pi_low", "pi_high", "r2")
results <- list()
note <- function(name, model, k, ...) {
  given <- list(...)
  line <- setNames(as.list(rep(NA_real_, length(columns))), columns)
  for (key in names(given)) line[[key]] <- as.numeric(given[[key]])
  results[[length(results) + 1]] <<- data.frame(name = name, model = model, k = k, line)
}

# With nothing between 0 and 100 % the likelihood has no maximum: logits are pooled.
has_glmm <- function(d, kind) {
  kind == "proportion" && option("proportion_model") == "glmm" && nrow(d) > 1 && any(d$events > 0 & d$events < d$n)
}

note_pool <- function(name, d, kind) {
  if (nrow(d) == 0) return("none")
  if (nrow(d) == 1) {
    estimate <- if (kind != "proportion") d$median else d$events / d$n
    limits <- if (kind != "proportion") c(d$ci_low, d$ci_high) else own_interval(d$events / d$design_effect, d$n / d$design_effect)
    note(name, "single", 1, estimate = estimate, ci_low = limits[1], ci_high = limits[2])
    return("single")
  }
  e <- effects(d, kind)
  common <- common_effect(d, e, kind)
  is_common <- common$i2 < number(option("i2_below")) &&
    common$p >= number(option("p_at_least"))
  few <- kind == "proportion" && nrow(d) < number(option("random_from_k"))
  glmm <- has_glmm(d, kind)
  if (!is_common && glmm) {
    m <- pool_glmm(d$events / d$design_effect, d$n / d$design_effect)
  } else if (is_common || few) {
    m <- common
    is_common <- TRUE
  } else {
    m <- random_effect(d, e, kind, common)
  }
  pi <- if (is_common) c(NA, NA)
        else if (glmm) limit(prediction(m, NULL, option("glmm_prediction")), kind)
        else limit(prediction(m, e$vi), kind)
  note(name, if (is_common) "common" else "random", m$k, estimate = back(m$b, kind),
       ci_low = limit(m$lb, kind), ci_high = limit(m$ub, kind), tau2 = if (is_common) NA else m$tau2,
       i2 = m$i2, q = m$q, p = m$p, pi_low = pi[1], pi_high = pi[2])
  if (is_common) "common" else "random"
}

note_without <- function(name, d, kind, model) {
  method <- if (model == "common") "EE" else option("tau2_method")
  test <- if (model == "common") "z" else option("test")
  glmm <- model == "random" && has_glmm(d, kind)
  for (i in seq_len(nrow(d))) {
    part <- d[-i, ]
    e <- effects(part, kind)
    m <- if (model == "common") common_effect(part, e, kind)
         else if (glmm && has_glmm(part, kind)) pool_glmm(part$events / part$design_effect, part$n / part$design_effect)
         else pool(e$yi, e$vi, method, test)
    note(paste0(name, " | without ", d$unit[i]), model, m$k, estimate = back(m$b, kind),
         ci_low = limit(m$lb, kind), ci_high = limit(m$ub, kind), tau2 = m$tau2, i2 = m$i2, p = m$p)
  }
}

begg_p <- function(yi, vi) {
  method <- option("begg_method")
  if (method == "exact") return(suppressWarnings(ranktest(x = yi, vi = vi, exact = TRUE)$pval))
  w <- 1 / vi
  star <- (yi - sum(w * yi) / sum(w)) / sqrt(vi - 1 / sum(w))
  if (method == "normal") {
    return(suppressWarnings(cor.test(star, vi, method = "kendall", exact = FALSE, continuity = FALSE)$p.value))
  }
  k <- length(yi)
  s <- sum(sign(outer(star, star, "-")) * sign(outer(vi, vi, "-"))) / 2
  2 * pnorm(-max(0, abs(s) - 1) / sqrt(k * (k - 1) * (2 * k + 5) / 18))
}

note_small_study <- function(name, d, kind, model) {
  e <- effects(d, kind)
  k <- length(e$yi)
  if (k < 3) return(invisible())
  note(paste(name, "| Begg"), "rank correlation", k, p = begg_p(e$yi, e$vi))
  if (option("egger_model") == "lm") {
    p <- regtest(x = e$yi, vi = e$vi, model = "lm")$pval
    note(paste(name, "| Egger"), "linear regression", k, p = p)
  } else {
    p <- regtest(fit(e$yi, e$vi, option("tau2_method"), "z"))$pval
    note(paste(name, "| Egger"), "mixed-effects regression", k, p = p)
  }
  if (option("trim_fill_convention") == "metafor") {
    m <- fit(e$yi, e$vi, if (model == "common") "EE" else option("tau2_method"),
             if (model == "common") "z" else option("test"))
    filled <- tryCatch(trimfill(m, estimator = option("trim_fill_estimator")), error = function(e) NULL)
    if (!is.null(filled)) {
      # Pooled once more, because trimfill() does so with metafor's own, looser stop.
      m <- pool(as.numeric(filled$yi), as.numeric(filled$vi), m$method, m$test)
      note(paste(name, "| trim and fill"), paste(filled$k0, "imputed on the", filled$side), m$k,
           estimate = back(m$b, kind), ci_low = back(m$lb, kind), ci_high = back(m$ub, kind))
    }
  }
}

r_squared <- function(without, with) {
  if (without <= 0) return(if (option("regression_r2") == "truncated") 0 else NA)
  share <- (without - with) / without
  if (option("regression_r2") == "truncated") max(0, share) else share
}

note_regression <- function(name, d, kind, mods, slope) {
  e <- effects(d, kind)
  k <- length(e$yi)
  if (k <= ncol(mods) + 1) return(invisible())
  m <- fit(e$yi, e$vi, option("regression_method"), option("regression_test"), mods)
  null <- fit(e$yi, e$vi, option("regression_method"), "z")
  if (is.null(m) || is.null(null)) return(invisible())
  r2 <- r_squared(null$tau2, m$tau2)
  if (slope) {
    note(name, "meta-regression", k, estimate = m$beta[2], p = m$pval[2], r2 = r2)
  } else {
    note(name, "meta-regression", k, i2 = i2_of_q(m$QE, k - ncol(mods) - 1), p = m$QMp, r2 = r2)
  }
}

note_groups <- function(name, d, kind) {
  for (variable in unique(groups$variable)) {
    part <- d[!is.na(d[[paste0("group.", variable)]]), ]
    found <- part[[paste0("group.", variable)]]
    if (length(unique(found)) < 2) next
    level_pools <- lapply(split(seq_len(nrow(part)), found), function(i) {
      e <- effects(part[i, ], kind)
      pool(e$yi, e$vi, option("tau2_method"), option("test"))
    })
    b <- sapply(level_pools, function(m) m$b)
    w <- 1 / sapply(level_pools, function(m) m$se)^2
    q <- sum(w * (b - sum(w * b) / sum(w))^2)
    note(paste(name, "| between", variable), "test between groups", nrow(part), q = q,
         p = pchisq(q, length(b) - 1, lower.tail = FALSE))
    mods <- model.matrix(~ factor(found))[, -1, drop = FALSE]
    note_regression(paste(name, "| regression on", variable), part, kind, mods, slope = FALSE)
  }
  for (column in grep("^moderator\\.", names(d), value = TRUE)) {
    x <- number(d[[column]])
    part <- d[!is.na(x), ]
    x <- x[!is.na(x)]
    if (length(x) < 3 || length(unique(x)) < 2) next
    note_regression(paste(name, "| slope of", sub("^moderator\\.", "", column)), part, kind, cbind(x),
                    slope = TRUE)
  }
}

for (i in seq_len(nrow(analyses))) {
  current <- as.list(analyses[i, ])
  name <- analyses$analysis[i]
  kind <- analyses$kind[i]
  d <- rows[rows$analysis == name, ]
  model <- "none"
  if (analyses$overall[i] == "yes") model <- note_pool(name, d, kind)
  for (j in seq_len(nrow(groups))) {
    member <- d[[paste0("group.", groups$variable[j])]]
    part <- d[!is.na(member) & member == groups$level[j], ]
    note_pool(paste0(name, " | ", groups$variable[j], " = ", groups$level[j]), part, kind)
  }
  if (model %in% c("common", "random")) {
    note_without(name, d, kind, model)
    if (analyses$sensitivity[i] == "yes") {
      note_small_study(name, d, kind, model)
      note_groups(name, d, kind)
    }
  }
}
table <- do.call(rbind, results)

warned <- settings$value[settings$name == "warning"]
if (length(warned) && !is.na(warned)) cat(strwrap(warned, 90), "", sep = "\n")
cat("metafor ", as.character(packageVersion("metafor")), ", ", R.version.string, ", profile ",
    option("profile"), "\n", option("provenance"), "\n\n", sep = "")
options(width = 220)
shown <- table
shown[columns] <- lapply(shown[columns], function(x) ifelse(is.na(x), "", formatC(x, digits = 6, format = "g")))
print(shown, row.names = FALSE, right = FALSE)

if ("--write" %in% asked) {
  quoted <- function(x) ifelse(is.na(x), "", paste0("\"", gsub("\"", "\"\"", x), "\""))
  exact <- function(x) ifelse(is.na(x), "", formatC(x, digits = 17, format = "g"))
  lines <- do.call(paste, c(list(quoted(table$name), quoted(table$model), table$k),
                            lapply(table[columns], exact), sep = ","))
  target <- file(asked[match("--write", asked) + 1], "wb")
  writeLines(enc2utf8(c(paste(c("name", "model", "k", columns), collapse = ","), lines)), target,
             useBytes = TRUE)
  close(target)
}

if ("--expected" %in% asked) {
  expected <- read_table("expected.csv")
  at <- match(expected$name, table$name)
  wrong <- expected$name[is.na(at)]
  for (name in wrong) cat("\nNot reproduced: ", name, sep = "")
  found <- table[at[!is.na(at)], ]
  expected <- expected[!is.na(at), ]
  other <- found$model != expected$model | found$k != number(expected$k)
  for (i in which(other)) {
    cat("\nAnother model or k: ", expected$name[i], ": ", found$model[i], ", ", found$k[i],
        " instead of ", expected$model[i], ", ", expected$k[i], sep = "")
  }
  worst <- 0
  compared <- 0
  for (column in columns) {
    theirs <- number(expected[[column]])
    ours <- found[[column]]
    given <- !is.na(theirs)
    # Relative, but a number below a thousandth is compared as if it were one.
    gap <- abs(ours - theirs) / pmax(abs(theirs), 1e-3)
    bad <- given & (is.na(gap) | gap > number(expected$tolerance))
    worst <- max(worst, gap[given], na.rm = TRUE)
    compared <- compared + sum(given)
    for (i in which(bad)) {
      cat("\nDifferent: ", expected$name[i], ", ", column, ": ", format(ours[i], digits = 15),
          " instead of ", format(theirs[i], digits = 15), sep = "")
    }
    wrong <- c(wrong, expected$name[bad])
  }
  cat("\n\n", compared, " numbers of ", nrow(expected), " results compared; largest relative difference ",
      format(worst, digits = 3), ".\n", sep = "")
  if (length(wrong) || any(other)) {
    cat("They do not agree.\n")
    quit(status = 1)
  }
  cat("They agree.\n")
}
