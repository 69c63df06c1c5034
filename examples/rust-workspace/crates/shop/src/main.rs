//! Prints what the shop sells.

fn main() {
    println!("release {}, {}", catalog::release(), catalog::Article::describe());
    let articles = catalog::read(include_str!("../../../articles.json")).expect("the list is right");
    for article in articles {
        println!("{}: {}.{:02}", article.name, article.cents / 100, article.cents % 100);
    }
}
