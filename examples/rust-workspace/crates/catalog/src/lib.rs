#![doc = include_str!("../../../README.md")]

use describe::Describe;
use serde::{Deserialize, Serialize};

/// An article with its price in cents.
#[derive(Debug, Deserialize, Serialize, Describe)]
pub struct Article {
    pub name: String,
    pub cents: u32,
}

/// Returns the release that the program was built as.
pub fn release() -> &'static str {
    env!("CATALOG_RELEASE")
}

/// Reads a list of articles.
pub fn read(text: &str) -> serde_json::Result<Vec<Article>> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes() {
        assert_eq!(Article::describe(), "Article: name, cents");
    }

    #[test]
    fn reads() {
        let articles = read(r#"[{"name": "tea", "cents": 350}]"#).unwrap();
        assert_eq!(articles[0].name, "tea");
    }
}
