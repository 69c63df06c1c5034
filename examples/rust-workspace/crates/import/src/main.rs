//! Makes a list of articles of lines such as "tea 350".

use std::io::{self, BufRead};

use catalog::Article;

fn main() -> io::Result<()> {
    let mut articles = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if let Some((name, cents)) = line.rsplit_once(' ') {
            let cents = cents.parse().map_err(io::Error::other)?;
            articles.push(Article { name: name.into(), cents });
        }
    }
    println!("{}", serde_json::to_string(&articles)?);
    Ok(())
}
