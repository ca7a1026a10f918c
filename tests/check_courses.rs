//! Notes of lectures as they are written: for each network right formulas and wrong ones, in `tests/data/courses.txt`.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const COURSES: &str = include_str!("data/courses.txt");

/// The formulas of the course with this name have the verdicts that stand before them.
#[track_caller]
fn course(name: &str) {
    let heading = format!("== {name}\n");
    let (_, rest) = COURSES.split_once(&heading).expect("the course");
    let course = rest.split("\n== ").next().unwrap_or(rest);
    let (network, formulas) = course.split_once("\n--\n").expect("a network and formulas");
    let formulas: Vec<(&str, &str)> = formulas
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split_once(' ').map(|(verdict, formula)| (formula, verdict)).expect("a verdict"))
        .collect();
    assert!(formulas.len() > 8, "{name} has few formulas");
    expect(network, &[], &formulas);
}

#[test]
fn graph_convolution() {
    course("GCN");
}

#[test]
fn variational_autoencoder() {
    course("VAE");
}

#[test]
fn ridge_and_kernel_ridge() {
    course("ridge");
}

#[test]
fn low_rank_adaptation() {
    course("LoRA");
}

#[test]
fn batch_normalisation() {
    course("batchnorm");
}

#[test]
fn mixture_of_gaussians() {
    course("gmm2");
}

#[test]
fn forward_algorithm() {
    course("hmm");
}

#[test]
fn principal_components() {
    course("pca");
}

#[test]
fn block_of_a_transformer() {
    course("transformer");
}

#[test]
fn contrastive_loss() {
    course("infonce");
}

#[test]
fn gated_recurrent_unit() {
    course("gru");
}

#[test]
fn batch_in_the_words_of_a_program() {
    course("mlpbatch");
}
