use chainrule::calculus::*;
use chainrule::emit::latex;
use chainrule::network::*;
use chainrule::notation::layout::Sheet;
use chainrule::notation::*;
#[test]
fn smoke() {
    for file in std::fs::read_dir("examples").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "net") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (ast, d) = chainrule::syntax::parse_network(&text);
        let src = chainrule::diagnostic::Source::new("f", &*text);
        println!("=== {path:?}");
        print!("{}", chainrule::diagnostic::render(&src, &d, chainrule::diagnostic::Colour::Never));
        let (n, d) = resolve(&ast, FreeNames::Refused);
        print!("{}", chainrule::diagnostic::render(&src, &d, chainrule::diagnostic::Colour::Never));
        let Some(mut n) = n else { continue };
        let by: Vec<Vec<_>> = (0..n.quantities.len())
            .map(|i| chainrule::expr::NameId(i as u32))
            .filter(|&i| matches!(n.quantity(i).origin, Origin::Leaf(r) if r != chainrule::syntax::ast::Role::Const))
            .take(8)
            .map(|i| vec![i])
            .collect();
        let req = Request { of: n.cost.unwrap(), by, max_paths: 6, sigma: Sigma::Activation, goal: Goal::Textbook };
        let d = Derivation::new(&mut n, &req);
        let mut sheet = Sheet::default();
        let mut t = Typesetter::new(&n, Style::default());
        for e in n.equations.iter().take(12) {
            let l = t.name(&mut sheet, e.name);
            let r = t.expr(&mut sheet, e.value);
            println!("{} = {}", latex::formula(&sheet, l), latex::formula(&sheet, r));
        }
        for g in &d.gradients {
            let l = t.derivative(&mut sheet, g.of, g.by);
            println!("{} ", latex::formula(&sheet, l));
            match &g.shape {
                Shape::Products(ps) => {
                    for p in ps {
                        if p.values.len() > 20 {
                            continue;
                        }
                        let c = t.chain(&mut sheet, &p.symbols);
                        println!("   = {}", latex::formula(&sheet, c));
                        let c = t.chain(&mut sheet, &p.values);
                        println!("   = {}", latex::formula(&sheet, c));
                    }
                }
                s => println!("{s:?}"),
            }
            let r = t.expr(&mut sheet, g.simplified);
            println!("   = {}", latex::formula(&sheet, r));
        }
    }
}
