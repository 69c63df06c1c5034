//! A macro that knows the names of a struct's fields.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Gives a struct a function that returns its name and those of its fields.
#[proc_macro_derive(Describe)]
pub fn describe(input: TokenStream) -> TokenStream {
    let mut name = String::new();
    let mut fields = Vec::new();
    let mut tokens = input.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word.to_string() == "struct" => {
                name = tokens.next().map(|t| t.to_string()).unwrap_or_default();
            }
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                fields = names(body.stream());
            }
            _ => {}
        }
    }
    let text = format!("{name}: {}", fields.join(", "));
    format!("impl {name} {{ pub fn describe() -> &'static str {{ {text:?} }} }}")
        .parse()
        .expect("the function is written right")
}

/// Returns the words that stand before a colon.
fn names(fields: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = fields.into_iter().collect();
    tokens
        .windows(2)
        .filter(|pair| matches!(&pair[1], TokenTree::Punct(sign) if sign.as_char() == ':'))
        .map(|pair| pair[0].to_string())
        .collect()
}
