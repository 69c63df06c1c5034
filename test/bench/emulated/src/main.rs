//! Prints the first number of its arguments.

fn main() {
    let number = regex_lite::Regex::new("[0-9]+").expect("the expression is right");
    let found = std::env::args().skip(1).find_map(|word| number.find(&word).map(|m| m.as_str().to_owned()));
    println!("{}", found.as_deref().unwrap_or("none"));
}
